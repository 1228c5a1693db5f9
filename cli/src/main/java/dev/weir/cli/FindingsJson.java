package dev.weir.cli;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import dev.weir.doctor.Finding;
import dev.weir.doctor.Finding.Verdict;
import java.io.IOException;
import java.io.OutputStream;
import java.util.List;
import java.util.Locale;

/** Findings as one JSON object. */
final class FindingsJson {
  private static final JsonFactory JSON = new JsonFactory();

  private FindingsJson() {}

  static void write(List<Finding> findings, OutputStream out) throws IOException {
    JsonGenerator json = JSON.createGenerator(out).disable(JsonGenerator.Feature.AUTO_CLOSE_TARGET);
    json.useDefaultPrettyPrinter();
    json.writeStartObject();
    json.writeArrayFieldStart("checks");
    for (Finding finding : findings) {
      json.writeStartObject();
      json.writeStringField("check", finding.check().id());
      json.writeStringField("result", finding.verdict().name().toLowerCase(Locale.ROOT));
      json.writeStringField("found", finding.found());
      json.writeStringField("advice", finding.advice());
      json.writeEndObject();
    }
    json.writeEndArray();
    for (Verdict verdict : Verdict.values()) {
      json.writeNumberField(
          verdict.name().toLowerCase(Locale.ROOT),
          findings.stream().filter(finding -> finding.verdict() == verdict).count());
    }
    json.writeEndObject();
    json.writeRaw('\n');
    json.close();
  }
}
