package dev.weir.benchmarks;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.util.DefaultPrettyPrinter;
import java.io.IOException;
import java.io.StringWriter;
import java.util.Map;

/** Results for programs: every figure of every run, in SI units without prefix. */
final class JsonReport {
  private JsonReport() {}

  static String of(Results results) throws IOException {
    StringWriter out = new StringWriter();
    try (JsonGenerator json = new JsonFactory().createGenerator(out)) {
      json.setPrettyPrinter(new DefaultPrettyPrinter());
      json.writeStartObject();
      json.writeObjectFieldStart("circumstances");
      for (Map.Entry<String, String> entry : results.circumstances().entrySet()) {
        json.writeStringField(entry.getKey().replace(' ', '_'), entry.getValue());
      }
      json.writeEndObject();
      json.writeNumberField("input_lines", results.lines());
      json.writeNumberField("input_bytes", results.inputBytes());
      json.writeArrayFieldStart("contenders");
      for (String name : results.runs().keySet()) {
        contender(json, results, name);
      }
      json.writeEndArray();
      json.writeEndObject();
    }
    return out + "\n";
  }

  private static void contender(JsonGenerator json, Results results, String name)
      throws IOException {
    json.writeStartObject();
    json.writeStringField("name", name);
    json.writeStringField("what", results.what().getOrDefault(name, name));
    spread(json, "events_per_second", results.eventsPerSecond(name));
    spread(json, "megabytes_per_second", results.megabytesPerSecond(name));
    spread(json, "cpu_micros_per_event", results.cpuMicrosPerEvent(name));
    spread(json, "peak_rss_bytes", results.peakRssBytes(name));
    spread(json, "files", results.files(name));
    spread(json, "bytes_out", results.bytesOut(name));
    spreads(json, "speed_against", results.speedAgainstFloors(name));
    spreads(json, "cpu_against", results.cpuAgainstFloors(name));
    json.writeArrayFieldStart("runs");
    for (Results.Run run : results.runsOf(name)) {
      run(json, run);
    }
    json.writeEndArray();
    json.writeEndObject();
  }

  private static void run(JsonGenerator json, Results.Run run) throws IOException {
    json.writeStartObject();
    number(json, "seconds", run.usage().seconds());
    number(json, "cpu_seconds", run.usage().cpuSeconds());
    json.writeNumberField("peak_rss_bytes", run.usage().peakRssBytes());
    json.writeNumberField("read_bytes", run.usage().readBytes());
    json.writeNumberField("disk_read_bytes", run.usage().diskReadBytes());
    json.writeNumberField("files", run.files());
    json.writeNumberField("bytes_out", run.bytesOut());
    json.writeEndObject();
  }

  private static void spreads(JsonGenerator json, String field, Map<String, Spread> spreads)
      throws IOException {
    json.writeObjectFieldStart(field);
    for (Map.Entry<String, Spread> entry : spreads.entrySet()) {
      spread(json, entry.getKey(), entry.getValue());
    }
    json.writeEndObject();
  }

  private static void spread(JsonGenerator json, String field, Spread spread) throws IOException {
    json.writeObjectFieldStart(field);
    number(json, "median", spread.median());
    number(json, "min", spread.min());
    number(json, "max", spread.max());
    json.writeEndObject();
  }

  private static void number(JsonGenerator json, String field, double value) throws IOException {
    json.writeNumberField(field, Math.round(value * 1000) / 1000.0);
  }
}
