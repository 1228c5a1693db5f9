package dev.weir.quality;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * A difference between the events of a batch and the profile.
 *
 * @param eventType the type of the events
 * @param path the field, a path in the payload
 * @param kind what is different
 * @param before the types that the profile knows the field with, or null for none
 * @param after the types that the batch has it with, or null for none
 * @param events how many events of the batch it concerns
 */
public record DriftFinding(
    String eventType,
    String path,
    Kind kind,
    @Nullable String before,
    @Nullable String after,
    long events) {
  /** A kind of difference. */
  public enum Kind {
    /** The field was not there before. */
    NEW,
    /** The field was in every event before, and is in none now. */
    VANISHED,
    /** The field has a type that it never had. */
    TYPE_CHANGED;

    private final String word = name().toLowerCase(Locale.ROOT);

    /** The kind as it is written in books. */
    public String word() {
      return word;
    }
  }
}
