package dev.weir.cli.local;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;

/** Why an invocation failed, on one line of bounded length. */
final class FailureText {
  private static final int MAX_LENGTH = 400;

  private FailureText() {}

  /** The message in Lambda's answer about an exception, or the start of any other text. */
  static String of(String answer) {
    String text = message(answer).strip().replaceAll("\\s*\\R\\s*", " ");
    return text.length() > MAX_LENGTH ? text.substring(0, MAX_LENGTH) + "..." : text;
  }

  private static String message(String answer) {
    try (JsonParser json = new JsonFactory().createParser(answer)) {
      json.nextToken();
      while (json.nextToken() == JsonToken.FIELD_NAME) {
        boolean isMessage = json.currentName().equals("errorMessage");
        if (json.nextToken() == JsonToken.VALUE_STRING && isMessage) {
          return json.getText();
        }
        json.skipChildren();
      }
    } catch (IOException e) {
      // No JSON: what a sandbox has printed, for example.
    }
    return answer;
  }
}
