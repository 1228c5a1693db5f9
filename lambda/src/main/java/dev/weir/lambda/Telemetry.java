package dev.weir.lambda;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import dev.weir.pipeline.StepTimes;
import dev.weir.pipeline.StepTimes.Step;
import java.io.IOException;
import java.io.PrintStream;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/**
 * What the function says on standard output: one line of JSON for each invocation, which CloudWatch
 * also reads as metrics. Content of records is in none of it.
 *
 * <p>The form is that of
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html.
 */
final class Telemetry {
  /** The share of a distribution that counts as its freshness: nearly all events are fresher. */
  private static final double MOST = 0.95;

  private static final JsonFactory JSON = new JsonFactory();

  private final PrintStream output;
  private final String function;
  private String requestId = "";

  Telemetry(PrintStream output, String function) {
    this.output = output;
    this.function = function;
  }

  static Telemetry onStandardOutput(Map<String, String> environment) {
    return new Telemetry(
        System.out, environment.getOrDefault("AWS_LAMBDA_FUNCTION_NAME", "unknown"));
  }

  /** Says that what is logged from now on belongs to an invocation. */
  void begin(String newRequestId) {
    requestId = newRequestId;
    JsonLogger.requestId(newRequestId);
  }

  /** Says that the invocation is over. */
  void end() {
    JsonLogger.requestId(null);
    output.flush();
  }

  /** Tells what an invocation has brought about. */
  void landed(Landed landed, Instant now) {
    StringWriter line = new StringWriter();
    try (JsonGenerator json = JSON.createGenerator(line)) {
      json.writeStartObject();
      boolean timed = landed.freshness.count() > 0;
      writeDirective(json, now, timed, quality(landed).keySet());
      json.writeStringField("timestamp", now.toString());
      json.writeStringField("level", landed.redelivered > 0 ? "WARN" : "INFO");
      json.writeStringField("message", "landed an event");
      json.writeStringField("function", function);
      json.writeStringField("request_id", requestId);
      writeTexts(json, "shards", landed.shards);
      writeTexts(
          json, "attempts", landed.attempts.stream().map(attempt -> attempt.toString()).toList());
      writeTexts(json, "redeliver_from", landed.redelivery.earliest());
      json.writeNumberField("records", landed.records);
      json.writeNumberField("ReceivedRecords", landed.received);
      json.writeNumberField("LandedEvents", landed.landed);
      json.writeNumberField("DuplicateEvents", landed.duplicates);
      json.writeNumberField("DeadLetters", landed.deadLetters);
      json.writeNumberField("FilteredEvents", landed.filtered);
      for (Map.Entry<String, Long> count : quality(landed).entrySet()) {
        json.writeNumberField(count.getKey(), count.getValue());
      }
      json.writeNumberField("RedeliveredRecords", landed.redelivered);
      json.writeNumberField("Files", landed.files);
      json.writeNumberField("BytesOut", landed.bytesOut);
      if (timed) {
        json.writeNumberField("FreshnessSeconds", landed.freshness.percentileSeconds(MOST));
        json.writeNumberField("ArrivalLagSeconds", landed.arrivalLag.maxSeconds());
      }
      writeSteps(json, landed.steps);
      json.writeEndObject();
    } catch (IOException e) {
      throw new UncheckedIOException("memory cannot be written", e);
    }
    output.println(line);
  }

  private static void writeSteps(JsonGenerator json, StepTimes steps) throws IOException {
    json.writeObjectFieldStart("step_ms");
    for (Step step : Step.values()) {
      json.writeNumberField(step.name().toLowerCase(Locale.ROOT), steps.of(step).toNanos() / 1e6);
    }
    json.writeEndObject();
  }

  /** Counts of quality, where there is anything to count: each metric has its price. */
  private static Map<String, Long> quality(Landed landed) {
    Map<String, Long> counts = new LinkedHashMap<>();
    if (landed.checked > 0) {
      counts.put("CheckedEvents", landed.checked);
      counts.put("AccurateEvents", landed.accurate);
    }
    if (landed.late > 0) {
      counts.put("LateEvents", landed.late);
    }
    if (landed.driftFindings > 0) {
      counts.put("DriftFindings", landed.driftFindings);
    }
    return counts;
  }

  private static void writeDirective(
      JsonGenerator json, Instant now, boolean timed, Set<String> quality) throws IOException {
    json.writeObjectFieldStart("_aws");
    json.writeNumberField("Timestamp", now.toEpochMilli());
    json.writeArrayFieldStart("CloudWatchMetrics");
    json.writeStartObject();
    json.writeStringField("Namespace", "Weir");
    json.writeArrayFieldStart("Dimensions");
    json.writeStartArray();
    json.writeString("function");
    json.writeEndArray();
    json.writeEndArray();
    json.writeArrayFieldStart("Metrics");
    for (String name :
        List.of(
            "ReceivedRecords",
            "LandedEvents",
            "DuplicateEvents",
            "DeadLetters",
            "FilteredEvents",
            "RedeliveredRecords",
            "Files")) {
      writeMetric(json, name, "Count");
    }
    for (String name : quality) {
      writeMetric(json, name, "Count");
    }
    writeMetric(json, "BytesOut", "Bytes");
    if (timed) {
      writeMetric(json, "FreshnessSeconds", "Seconds");
      writeMetric(json, "ArrivalLagSeconds", "Seconds");
    }
    json.writeEndArray();
    json.writeEndObject();
    json.writeEndArray();
    json.writeEndObject();
  }

  private static void writeMetric(JsonGenerator json, String name, String unit) throws IOException {
    json.writeStartObject();
    json.writeStringField("Name", name);
    json.writeStringField("Unit", unit);
    json.writeEndObject();
  }

  private static void writeTexts(JsonGenerator json, String name, List<String> texts)
      throws IOException {
    json.writeArrayFieldStart(name);
    for (String text : texts) {
      json.writeString(text);
    }
    json.writeEndArray();
  }
}
