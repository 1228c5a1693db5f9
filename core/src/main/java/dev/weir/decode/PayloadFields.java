package dev.weir.decode;

import java.util.HashSet;
import java.util.Set;

/**
 * Lists the fields of a payload: every member of its objects, by its path, with its type.
 *
 * <p>Arrays are leaves: what is in them is not looked at. Of members of one name in one object the
 * first counts, as in SQL. Fields below {@link #MAX_DEPTH} levels, and those whose path is longer
 * than {@link PayloadPath#MAX_CHARS}, are left out. Not safe for use by several threads.
 */
public final class PayloadFields {
  /** How many levels of members are looked at; those of the payload itself are the first. */
  public static final int MAX_DEPTH = 10;

  /** Takes the fields of a payload. */
  @FunctionalInterface
  public interface Visitor {
    /** Takes a field. */
    void field(String path, FieldType type);
  }

  private final JsonScanner scanner;
  private final JsonText name = new JsonText();
  private final Set<String> seen = new HashSet<>();
  private byte[] bytes = new byte[0];

  /**
   * A lister.
   *
   * @param limits those that the payloads were decoded with
   */
  public PayloadFields(ParserLimits limits) {
    this.scanner = new JsonScanner(limits);
  }

  /** Visits the fields of the payload of an event, each after those that it stands in. */
  public void visit(Events events, int row, Visitor visitor) {
    int start = events.payloadStart[row];
    int end = events.payloadEnd[row];
    bytes = events.batch.bytes();
    if (start < end && bytes[start] == '{') {
      seen.clear();
      scanner.begin(bytes, start, end);
      object(start, 1, "", visitor);
    }
  }

  /** Reads an object that the decoder has accepted, and answers where it ends. */
  private int object(int start, int depth, String path, Visitor visitor) {
    int at = scanner.whiteSpace(start + 1);
    while (bytes[at] != '}') {
      scanner.forgetEscapes();
      int nameEnd = scanner.name(at);
      name.set(bytes, at + 1, nameEnd - 1, scanner.escapeSeen());
      int valueStart = scanner.colon(nameEnd);
      int valueEnd = field(valueStart, depth, path, visitor);
      at = scanner.whiteSpace(valueEnd);
      at = bytes[at] == ',' ? scanner.whiteSpace(at + 1) : at;
    }
    return at + 1;
  }

  private int field(int valueStart, int depth, String path, Visitor visitor) {
    boolean isShort = path.length() + name.length() <= PayloadPath.MAX_CHARS;
    String field = isShort ? PayloadPath.append(path, name.toString()) : "";
    if (!isShort || field.length() > PayloadPath.MAX_CHARS || !seen.add(field)) {
      return scanner.value(valueStart, depth);
    }
    FieldType type = ShapeHash.type(bytes[valueStart]);
    visitor.field(field, type);
    return type == FieldType.OBJECT && depth < MAX_DEPTH
        ? object(valueStart, depth + 1, field, visitor)
        : scanner.value(valueStart, depth);
  }
}
