package dev.weir.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;

/** {@code weir monitor} over a lake, in a process of its own that reads the ledger every second. */
final class MonitorProcess implements AutoCloseable {
  private final WeirProcess process;
  private final URI address;

  private MonitorProcess(WeirProcess process, URI address) {
    this.process = process;
    this.address = address;
  }

  /** Starts one at a port of the loopback address, and waits until it has read the ledger. */
  static MonitorProcess start(Path folder, Path lake, int port) throws Exception {
    WeirProcess process =
        WeirProcess.in(folder).weir("monitor", "--lake", lake, "--port", port, "--interval", "1s");
    MonitorProcess monitor =
        new MonitorProcess(process, URI.create("http://127.0.0.1:" + port + "/"));
    try {
      boolean running = process.runUntil(monitor::isReady);
      assertTrue(running, () -> "the monitor has ended; it said:\n" + process.said());
    } catch (InterruptedException | AssertionError e) {
      monitor.close();
      throw e;
    }
    return monitor;
  }

  /** Its page. */
  URI address() {
    return address;
  }

  /** What stands at a path. */
  String text(String path) throws IOException {
    HttpResponse<String> answer = get(path);
    assertEquals(200, answer.statusCode(), path);
    return answer.body();
  }

  private boolean isReady() {
    try {
      return get("metrics").statusCode() == 200;
    } catch (IOException e) {
      return false;
    }
  }

  private HttpResponse<String> get(String path) throws IOException {
    try {
      return HttpClient.newHttpClient()
          .send(
              HttpRequest.newBuilder(address.resolve(path)).timeout(Duration.ofSeconds(60)).build(),
              HttpResponse.BodyHandlers.ofString());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  /** Kills it, as {@code kill -9} does. */
  void kill() throws InterruptedException {
    assertTrue(process.kill());
  }

  @Override
  public void close() {
    process.close();
  }
}
