package dev.weir.quality;

import java.util.Map;

/** The fields of the events that a batch lands, by event type. */
public final class FieldsByType {
  /** For where nobody looks for drift. */
  public static final FieldsByType NONE = new FieldsByType(Map.of());

  private final Map<String, FieldCounts> types;

  FieldsByType(Map<String, FieldCounts> types) {
    this.types = types;
  }

  Map<String, FieldCounts> types() {
    return types;
  }
}
