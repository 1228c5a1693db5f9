package dev.weir.lake;

import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Partition values as folder names: {@code date=2026-11-22/event_type=lesson}.
 *
 * <p>Only ASCII letters, digits, {@code -}, {@code _} and {@code .} stand for themselves; every
 * other byte of the UTF-8 form is percent-encoded, so that nothing in a value can leave its folder.
 * Readers of Hive-style partitions decode the values. A value that would read as "no value" or as a
 * directory reference is encoded as a whole where it begins.
 */
public final class PartitionPath {
  /** The folder of rows without a value, as Hive and its readers name it. */
  public static final String NULL_VALUE = "__HIVE_DEFAULT_PARTITION__";

  /** The longest folder name, in bytes, that common file systems take is 255. */
  public static final int MAX_FOLDER_BYTES = 255;

  private PartitionPath() {}

  /** The folders for partition values in the order of the map; null stands for no value. */
  public static String of(Map<String, @Nullable String> values) {
    StringBuilder path = new StringBuilder();
    values.forEach(
        (column, value) -> {
          if (path.length() > 0) {
            path.append('/');
          }
          path.append(encode(column))
              .append('=')
              .append(value == null ? NULL_VALUE : encode(value));
        });
    return path.toString();
  }

  /** One value, encoded. */
  public static String encode(String value) {
    StringBuilder encoded = new StringBuilder(value.length() + 8);
    boolean reserved = value.equals(NULL_VALUE) || value.equals(".") || value.equals("..");
    byte[] bytes = value.getBytes(StandardCharsets.UTF_8);
    for (int i = 0; i < bytes.length; i++) {
      byte b = bytes[i];
      boolean plain =
          (b >= 'a' && b <= 'z')
              || (b >= 'A' && b <= 'Z')
              || (b >= '0' && b <= '9')
              || b == '-'
              || b == '_'
              || b == '.';
      if (plain && !(reserved && i == 0)) {
        encoded.append((char) b);
      } else {
        encoded.append('%').append(HexFormat.of().withUpperCase().toHexDigits(b));
      }
    }
    return encoded.toString();
  }
}
