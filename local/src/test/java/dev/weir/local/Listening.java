package dev.weir.local;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Which addresses a process listens on, as Linux tells; elsewhere nothing is checked. */
final class Listening {
  private static final String LISTEN = "0A";

  private Listening() {}

  /** Fails if the process listens on an address that other machines reach. */
  static void assertLoopbackOnly(long pid) throws IOException {
    Path process = Path.of("/proc", Long.toString(pid));
    if (!Files.isDirectory(process.resolve("fd"))) {
      return;
    }
    Set<String> sockets = sockets(process.resolve("fd"));
    List<String> addresses = new ArrayList<>();
    for (String file : List.of("net/tcp", "net/tcp6")) {
      if (!Files.exists(process.resolve(file))) {
        continue;
      }
      for (String line : Files.readAllLines(process.resolve(file))) {
        String[] columns = line.trim().split("\\s+");
        if (columns.length > 9
            && columns[3].equals(LISTEN)
            && sockets.contains("socket:[" + columns[9] + "]")) {
          addresses.add(columns[1].substring(0, columns[1].indexOf(':')));
        }
      }
    }
    assertFalse(addresses.isEmpty(), "it does not listen at all");
    // 127.0.0.1, and the same as an address of IPv6, in the byte order of the machine.
    assertTrue(
        Set.of("0100007F", "0000000000000000FFFF00000100007F").containsAll(addresses),
        addresses.toString());
  }

  private static Set<String> sockets(Path descriptors) throws IOException {
    try (Stream<Path> links = Files.list(descriptors)) {
      return links.map(Listening::target).collect(Collectors.toSet());
    }
  }

  private static String target(Path link) {
    try {
      return Files.readSymbolicLink(link).toString();
    } catch (IOException e) {
      return ""; // closed meanwhile
    }
  }
}
