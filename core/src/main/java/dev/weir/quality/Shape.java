package dev.weir.quality;

import dev.weir.decode.FieldType;
import java.util.Map;

/**
 * What is known of all payloads of one shape.
 *
 * @param missing a bit for each watched path that is absent or null
 * @param broken a bit for each expectation that they do not meet, as far as their shape decides it
 * @param fields their fields with their types; empty where nobody looks for drift
 * @param kept whether it is remembered; if not, there were too many shapes, and it has no fields
 */
record Shape(long missing, long broken, Map<String, FieldType> fields, boolean kept) {
  /** The same without what makes it one of many. */
  Shape withoutFields() {
    return new Shape(missing, broken, Map.of(), false);
  }
}
