package dev.weir.e2e;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** The dashboard for Grafana, as far as Prometheus is concerned with it. */
final class Dashboard {
  private static final String FILE = "deploy/grafana/weir.json";

  private Dashboard() {}

  static List<Json> panels() throws IOException {
    return Json.parse(Checkout.text(FILE)).at("panels").elements();
  }

  /** Every expression, with values for Grafana's variables. */
  static List<String> expressions() throws IOException {
    List<String> expressions = new ArrayList<>();
    for (Json panel : panels()) {
      panel.at("targets").elements().forEach(target -> add(expressions, target.at("expr")));
    }
    Json dashboard = Json.parse(Checkout.text(FILE));
    dashboard.at("annotations", "list").elements().stream()
        .map(annotation -> annotation.at("expr"))
        .filter(Json::isPresent)
        .forEach(expression -> add(expressions, expression));
    return expressions;
  }

  private static void add(List<String> expressions, Json expression) {
    String filled =
        expression
            .text()
            .replace("$__rate_interval", "1m")
            .replace("$__range", "6h")
            .replace("$instance", ".*")
            .replace("$event_type", ".*");
    if (filled.contains("$")) {
      throw new IllegalStateException("a variable that nobody fills in: " + filled);
    }
    expressions.add(filled);
  }
}
