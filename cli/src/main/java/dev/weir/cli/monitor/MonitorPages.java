package dev.weir.cli.monitor;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import dev.weir.cli.ledger.Window;
import dev.weir.cli.monitor.MonitorServer.Page;
import dev.weir.cli.report.PageAssets;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.URI;
import java.util.Arrays;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** What is at which path. Safe for use by several threads. */
public final class MonitorPages {
  private static final String METRICS_TYPE = "text/plain; version=0.0.4; charset=utf-8";
  private static final String JSON_TYPE = "application/json";
  private static final String SCRIPT_TYPE = "text/javascript; charset=utf-8";

  private final Monitor monitor;

  /** The pages of a monitor. */
  public MonitorPages(Monitor monitor) {
    this.monitor = monitor;
  }

  /** The page at an address. */
  Page page(URI address) throws IOException {
    return switch (Objects.requireNonNullElse(address.getPath(), "")) {
      case "/" -> new Page(200, "text/html; charset=utf-8", PageAssets.page());
      case "/page.js" -> new Page(200, SCRIPT_TYPE, PageAssets.script());
      case "/chart.js" -> new Page(200, SCRIPT_TYPE, PageAssets.charts());
      case "/page.css" -> new Page(200, "text/css; charset=utf-8", PageAssets.styles());
      case "/metrics" -> metrics();
      case "/healthz" -> health();
      case "/api/report" -> report(address.getRawQuery());
      default ->
          Page.text(404, "there is /, /metrics, /healthz and /api/report?window=" + windows());
    };
  }

  private Page metrics() throws IOException {
    return monitor.isReady()
        ? new Page(200, METRICS_TYPE, monitor.metrics())
        : Page.text(503, monitor.illness().orElse("not ready"));
  }

  private Page health() {
    return monitor.illness().map(why -> Page.text(503, why)).orElseGet(() -> Page.text(200, "ok"));
  }

  private Page report(@Nullable String query) throws IOException {
    Optional<Window> window = query == null ? Optional.of(Window.DAY) : window(query);
    if (window.isEmpty()) {
      return error(400, "the query is not one of window=" + windows());
    }
    return monitor.isReady()
        ? new Page(200, JSON_TYPE, monitor.report(window.get()))
        : error(503, monitor.illness().orElse("not ready"));
  }

  private static Optional<Window> window(String query) {
    return query.startsWith("window=")
        ? Window.of(query.substring("window=".length()))
        : Optional.empty();
  }

  private static String windows() {
    return Arrays.stream(Window.values()).map(Window::text).collect(Collectors.joining("|"));
  }

  private static Page error(int status, String text) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (JsonGenerator json = new JsonFactory().createGenerator(out)) {
      json.writeStartObject();
      json.writeStringField("error", text);
      json.writeEndObject();
    }
    return new Page(status, JSON_TYPE, (out.toString(UTF_8) + "\n").getBytes(UTF_8));
  }
}
