package dev.weir.cli.monitor;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.net.Socket;
import java.net.URI;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/** One request over a socket, with headers that Java's own client does not let one set. */
record Http(int status, Map<String, String> headers, String body) {
  /** Asks for a path under the name of the host that is asked. */
  static Http get(URI server, String path) throws IOException {
    return send(server, "GET", path, server.getAuthority());
  }

  static Http send(URI server, String method, String path, String host) throws IOException {
    try (Socket socket = new Socket(server.getHost(), server.getPort())) {
      socket.setSoTimeout(20_000);
      String hostLine = host.isEmpty() ? "" : "Host: " + host + "\r\n";
      String request =
          "%s %s HTTP/1.1\r\n%sConnection: close\r\n\r\n".formatted(method, path, hostLine);
      socket.getOutputStream().write(request.getBytes(UTF_8));
      return parse(new String(socket.getInputStream().readAllBytes(), UTF_8));
    }
  }

  private static Http parse(String answer) {
    int end = answer.indexOf("\r\n\r\n");
    String[] head = answer.substring(0, end).split("\r\n");
    Map<String, String> headers = new TreeMap<>();
    for (int i = 1; i < head.length; i++) {
      String[] header = head[i].split(": ", 2);
      headers.put(header[0].toLowerCase(Locale.ROOT), header[1]);
    }
    return new Http(Integer.parseInt(head[0].split(" ")[1]), headers, answer.substring(end + 4));
  }
}
