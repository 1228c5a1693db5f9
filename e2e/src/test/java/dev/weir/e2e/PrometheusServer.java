package dev.weir.e2e;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.fail;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.BooleanSupplier;

/**
 * A real Prometheus that scrapes targets twice a second, with the rules of this repository. It
 * keeps its data in a folder of the test and listens on the loopback address only.
 */
final class PrometheusServer implements AutoCloseable {
  private static final Duration BOUND = Duration.ofSeconds(60);

  private final WeirProcess process;
  private final String address;
  private final HttpClient http = HttpClient.newHttpClient();

  private PrometheusServer(WeirProcess process, String address) {
    this.process = process;
    this.address = address;
  }

  /** Starts one that scrapes these ports of the loopback address, and waits until it answers. */
  static PrometheusServer start(Path folder, List<Integer> targets) throws Exception {
    Path program = Tools.require("prometheus");
    Path home = Files.createDirectory(folder.resolve("prometheus"));
    Path configuration = home.resolve("prometheus.yml");
    Files.writeString(
        configuration,
        """
        global:
          scrape_interval: 500ms
          scrape_timeout: 500ms
          evaluation_interval: 1s
        rule_files:
          - %s
        scrape_configs:
          - job_name: weir
            static_configs:
              - targets: %s
        """
            .formatted(
                Json.quoted(Checkout.ROOT.resolve("deploy/prometheus/weir.rules.yml").toString()),
                targets.stream().map(port -> "'127.0.0.1:" + port + "'").toList()));
    String address = "127.0.0.1:" + Ports.free();
    List<String> command =
        List.of(
            program.toString(),
            "--config.file=" + configuration,
            "--storage.tsdb.path=" + home.resolve("data"),
            "--web.listen-address=" + address,
            "--log.level=warn");
    PrometheusServer server =
        new PrometheusServer(WeirProcess.start(command, home, home, Map.of()), address);
    try {
      server.await("it is ready", server::isReady);
    } catch (Exception | AssertionError e) {
      server.close();
      throw e;
    }
    return server;
  }

  /** The values of an instant query, by their labels without those of the target. */
  Map<Map<String, String>, Double> query(String expression) {
    Json answer = get("/api/v1/query?query=" + URLEncoder.encode(expression, UTF_8));
    assertEquals("success", answer.at("status").text(), () -> expression + ": " + answer);
    Map<Map<String, String>, Double> values = new java.util.HashMap<>();
    for (Json sample : answer.at("data", "result").elements()) {
      Map<String, String> labels = new TreeMap<>();
      sample.at("metric").members().forEach((name, value) -> labels.put(name, value.text()));
      labels.keySet().removeAll(List.of("__name__", "job", "instance"));
      values.put(labels, number(sample.at("value").elements().get(1).text()));
    }
    return values;
  }

  /** The values of a metric that are not 0, by the value of one label. */
  Map<String, Long> counts(String expression, String label) {
    Map<String, Long> counts = new TreeMap<>();
    query(expression)
        .forEach(
            (labels, value) -> {
              if (value != 0) {
                counts.put(labels.get(label), Math.round(value));
              }
            });
    return counts;
  }

  /** The only value of an expression, a whole number: there has to be one. */
  long count(String expression) {
    Map<Map<String, String>, Double> values = query(expression);
    assertEquals(1, values.size(), () -> expression + " has not one value: " + values);
    return Math.round(values.values().iterator().next());
  }

  /** Whether an expression has one value by now, and it is this. */
  boolean has(String expression, long value) {
    return List.copyOf(query(expression).values()).equals(List.of((double) value));
  }

  /** Waits for a condition, within a bound. */
  void await(String what, BooleanSupplier condition) throws InterruptedException {
    long deadline = System.nanoTime() + BOUND.toNanos();
    while (!condition.getAsBoolean()) {
      if (System.nanoTime() > deadline || !process.runFor(20)) {
        fail("waited in vain until " + what + "; prometheus said:\n" + process.said());
      }
    }
  }

  private boolean isReady() {
    try {
      return send("/-/ready").statusCode() == 200;
    } catch (IOException e) {
      return false;
    }
  }

  Json get(String path) {
    try {
      return Json.parse(send(path).body());
    } catch (IOException e) {
      throw new UncheckedIOException(process.said(), e);
    }
  }

  private HttpResponse<String> send(String path) throws IOException {
    try {
      URI uri = URI.create("http://" + address + path);
      return http.send(
          HttpRequest.newBuilder(uri).timeout(BOUND).build(), HttpResponse.BodyHandlers.ofString());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  private static double number(String text) {
    return switch (text) {
      case "+Inf" -> Double.POSITIVE_INFINITY;
      case "-Inf" -> Double.NEGATIVE_INFINITY;
      default -> Double.parseDouble(text);
    };
  }

  @Override
  public void close() {
    process.close();
  }
}
