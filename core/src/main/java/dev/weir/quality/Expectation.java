package dev.weir.quality;

import java.util.List;
import java.util.regex.Pattern;

/**
 * What is expected of events, under a name.
 *
 * @param name stands in books, metrics and reason codes
 * @param requirement what is asked
 * @param eventTypes of which event types, as sent; of all if it is empty
 * @param onViolation what becomes of an event that does not meet it
 */
public record Expectation(
    String name, Requirement requirement, List<String> eventTypes, OnViolation onViolation) {
  private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9_.-]{0,63}");
  private static final String REASON = "expectation:";

  /** What becomes of an event that does not meet an expectation. */
  public enum OnViolation {
    /** It lands, and is counted. */
    WARN,
    /** It becomes a dead letter. */
    DEAD_LETTER,
    /** It is left out, and counted as filtered. */
    DROP,
    /** Its batch fails, before anything of it lands. */
    FAIL
  }

  public Expectation {
    eventTypes = List.copyOf(eventTypes);
    if (!NAME.matcher(name).matches()) {
      throw new IllegalArgumentException(
          "the name '%s'; allowed are 1 to 64 of A-Z a-z 0-9 _ . -, a letter or digit first"
              .formatted(name.length() > 80 ? name.substring(0, 80) + "…" : name));
    }
  }

  /** The reason code of dead letters that do not meet it. */
  public String reason() {
    return REASON + name;
  }

  /** Whether it is asked of events of a type. */
  public boolean appliesTo(String eventType) {
    return eventTypes.isEmpty() || eventTypes.contains(eventType);
  }
}
