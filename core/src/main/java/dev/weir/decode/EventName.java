package dev.weir.decode;

import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * An event's name and its segments, made once per distinct name.
 *
 * @param name the whole name, as in {@code type:subtype}
 * @param type the first segment, the partition column {@code event_type}
 * @param subtype the second segment, or null if there is none
 * @param nameUtf8 the name in UTF-8; not to be written to
 * @param subtypeUtf8 the subtype in UTF-8; not to be written to
 */
@SuppressWarnings("ArrayRecordComponent") // handed to the engine as they are; never compared
public record EventName(
    String name,
    String type,
    @Nullable String subtype,
    byte[] nameUtf8,
    byte @Nullable [] subtypeUtf8) {
  /** Takes a valid name apart. The separator is {@code :}. */
  static EventName of(String name) {
    int first = name.indexOf(':');
    String type = first < 0 ? name : name.substring(0, first);
    String subtype = null;
    if (first >= 0) {
      int second = name.indexOf(':', first + 1);
      subtype = second < 0 ? name.substring(first + 1) : name.substring(first + 1, second);
    }
    return new EventName(
        name,
        type,
        subtype,
        name.getBytes(StandardCharsets.UTF_8),
        subtype == null ? null : subtype.getBytes(StandardCharsets.UTF_8));
  }
}
