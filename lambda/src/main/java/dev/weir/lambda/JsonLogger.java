package dev.weir.lambda;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.io.PrintStream;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.time.Instant;
import org.jspecify.annotations.Nullable;
import org.slf4j.Marker;
import org.slf4j.event.Level;
import org.slf4j.helpers.LegacyAbstractLogger;
import org.slf4j.helpers.MessageFormatter;

/**
 * A logger that writes a line of JSON for each message, with the request that it belongs to. Safe
 * for use by several threads.
 */
final class JsonLogger extends LegacyAbstractLogger {
  private static final long serialVersionUID = 1;

  private static final JsonFactory JSON = new JsonFactory();
  private static volatile @Nullable String requestId;

  private final transient PrintStream output;
  private final Level lowest;

  /**
   * A logger.
   *
   * @param lowest what is below this level is not written
   */
  JsonLogger(String name, Level lowest, PrintStream output) {
    this.name = name;
    this.lowest = lowest;
    this.output = output;
  }

  /** Says which request the next messages belong to, or null for none. */
  static void requestId(@Nullable String id) {
    requestId = id;
  }

  @Override
  protected void handleNormalizedLoggingCall(
      Level level,
      @Nullable Marker marker,
      String pattern,
      Object @Nullable [] arguments,
      @Nullable Throwable failure) {
    StringWriter line = new StringWriter();
    try (JsonGenerator json = JSON.createGenerator(line)) {
      json.writeStartObject();
      json.writeStringField("timestamp", Instant.now().toString());
      json.writeStringField("level", level.toString());
      json.writeStringField("logger", name);
      json.writeStringField("message", MessageFormatter.basicArrayFormat(pattern, arguments));
      String id = requestId;
      if (id != null) {
        json.writeStringField("request_id", id);
      }
      if (failure != null) {
        json.writeStringField("cause", failure.toString());
        json.writeArrayFieldStart("at");
        for (StackTraceElement element : failure.getStackTrace()) {
          json.writeString(element.toString());
        }
        json.writeEndArray();
      }
      json.writeEndObject();
    } catch (IOException e) {
      throw new UncheckedIOException("memory cannot be written", e);
    }
    output.println(line);
  }

  @Override
  protected @Nullable String getFullyQualifiedCallerName() {
    return null;
  }

  private boolean isOn(Level level) {
    return level.toInt() >= lowest.toInt();
  }

  @Override
  public boolean isTraceEnabled() {
    return isOn(Level.TRACE);
  }

  @Override
  public boolean isDebugEnabled() {
    return isOn(Level.DEBUG);
  }

  @Override
  public boolean isInfoEnabled() {
    return isOn(Level.INFO);
  }

  @Override
  public boolean isWarnEnabled() {
    return isOn(Level.WARN);
  }

  @Override
  public boolean isErrorEnabled() {
    return isOn(Level.ERROR);
  }
}
