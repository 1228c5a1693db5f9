package dev.weir.decode;

import dev.weir.record.Reason;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One document: a JSON object whose top-level members are known by their byte ranges.
 *
 * <p>Members that a mapping names have a <em>slot</em>, a small number by which they are found; no
 * slot is taken twice. Used again for every document. Not safe for use by several threads.
 */
final class Document {
  /** What stands for a member that is absent. */
  static final int NONE = -1;

  private final JsonScanner scanner;
  private final List<byte[]> slotNames;
  private final int[] memberInSlot;
  private final boolean[] shapedSlots;
  private final ShapeHash shape = new ShapeHash();
  private final JsonText name = new JsonText();
  private int nextSlot;

  private byte[] bytes = new byte[0];
  private int start;
  private int count;
  private int[] nameStarts = new int[16];
  private int[] nameEnds = new int[16];
  private int[] valueStarts = new int[16];
  private int[] valueEnds = new int[16];
  private boolean[] valueEscaped = new boolean[16];
  private long[] valueShapes = new long[16];

  /**
   * A reader of documents.
   *
   * @param mapped the names of the members that have a slot; the slot is the index
   * @param shaped the slots of members whose shape is asked for
   */
  Document(List<String> mapped, int[] shaped, ParserLimits limits) {
    this.scanner = new JsonScanner(limits);
    this.slotNames = new ArrayList<>();
    for (String member : mapped) {
      slotNames.add(member.getBytes(StandardCharsets.UTF_8));
    }
    this.memberInSlot = new int[mapped.size()];
    this.shapedSlots = new boolean[mapped.size()];
    for (int slot : shaped) {
      shapedSlots[slot] = true;
    }
  }

  /**
   * Reads another document from its first byte to its last.
   *
   * @throws RefusalException if it is not exactly one JSON object within the limits, or a mapped
   *     member occurs twice
   */
  void read(byte[] bytes, int start, int end) {
    this.bytes = bytes;
    this.start = start;
    this.count = 0;
    this.nextSlot = 0;
    Arrays.fill(memberInSlot, NONE);
    int at = scanner.begin(bytes, start, end);
    if (bytes[at] != '{') {
      scanner.finish(scanner.value(at, 0));
      throw new RefusalException(Reason.NOT_AN_OBJECT, "a " + typeAt(at));
    }
    scanner.finish(members(at));
  }

  private int members(int at) {
    at = scanner.whiteSpace(at + 1);
    if (scanner.byteAt(at, "a member name or '}'") == '}') {
      return at + 1;
    }
    while (true) {
      at = scanner.whiteSpace(member(at));
      int next = scanner.byteAt(at, "',' or '}'");
      if (next == '}') {
        return at + 1;
      }
      if (next != ',') {
        throw scanner.unexpected(at, "',' or '}'");
      }
      at = scanner.whiteSpace(at + 1);
    }
  }

  private int member(int nameStart) {
    scanner.forgetEscapes();
    int nameEnd = scanner.name(nameStart);
    int slot = slot(nameStart, nameEnd, scanner.escapeSeen());
    scanner.forgetEscapes();
    int valueStart = scanner.colon(nameEnd);
    boolean shaped = slot != NONE && shapedSlots[slot];
    int valueEnd = shaped ? shapedValue(valueStart) : scanner.value(valueStart, 1);
    if (slot != NONE) {
      occupy(slot, nameStart);
    }
    grow();
    valueShapes[count] = shaped ? shape.value() : 0;
    nameStarts[count] = nameStart;
    nameEnds[count] = nameEnd;
    valueStarts[count] = valueStart;
    valueEnds[count] = valueEnd;
    valueEscaped[count] = scanner.escapeSeen();
    count++;
    return valueEnd;
  }

  private int shapedValue(int at) {
    shape.begin(scanner.byteAt(at, "a value"), 1);
    scanner.observe(shape);
    int end = scanner.value(at, 1);
    scanner.observe(null);
    return end;
  }

  /** The slot of a member. Producers keep an order, so the one after the last found comes first. */
  private int slot(int nameStart, int nameEnd, boolean escaped) {
    name.set(bytes, nameStart + 1, nameEnd - 1, escaped);
    int slots = memberInSlot.length;
    int slot = nextSlot;
    for (int i = 0; i < slots; i++) {
      byte[] slotName = slotNames.get(slot);
      int following = slot + 1 == slots ? 0 : slot + 1;
      if (slotName.length == name.length() && name.is(slotName)) {
        nextSlot = following;
        return slot;
      }
      slot = following;
    }
    return NONE;
  }

  private void occupy(int slot, int nameStart) {
    if (memberInSlot[slot] != NONE) {
      throw new RefusalException(
          Reason.DUPLICATE_KEY,
          "'"
              + new String(slotNames.get(slot), StandardCharsets.UTF_8)
              + "' again at byte "
              + (nameStart - start));
    }
    memberInSlot[slot] = count;
  }

  private void grow() {
    if (count < nameStarts.length) {
      return;
    }
    int capacity = count * 2;
    nameStarts = Arrays.copyOf(nameStarts, capacity);
    nameEnds = Arrays.copyOf(nameEnds, capacity);
    valueStarts = Arrays.copyOf(valueStarts, capacity);
    valueEnds = Arrays.copyOf(valueEnds, capacity);
    valueEscaped = Arrays.copyOf(valueEscaped, capacity);
    valueShapes = Arrays.copyOf(valueShapes, capacity);
  }

  /**
   * The member that counts among some slots: the first that is present and not null, else the first
   * that is present, else {@link #NONE}.
   */
  int firstOf(int[] slots) {
    int present = NONE;
    for (int slot : slots) {
      int member = memberInSlot[slot];
      if (!isMissing(member)) {
        return member;
      }
      present = present == NONE ? member : present;
    }
    return present;
  }

  /** The member in a slot, or {@link #NONE}. */
  int memberIn(int slot) {
    return memberInSlot[slot];
  }

  /** Whether a member is absent or null. */
  boolean isMissing(int member) {
    return member == NONE || bytes[valueStarts[member]] == 'n';
  }

  /** Whether a member's value is a string. */
  boolean isString(int member) {
    return bytes[valueStarts[member]] == '"';
  }

  /** Whether a member's value is a number. */
  boolean isNumber(int member) {
    int first = bytes[valueStarts[member]];
    return first == '-' || (first >= '0' && first <= '9');
  }

  /** What a member's value is, for people. */
  String type(int member) {
    return typeAt(valueStarts[member]);
  }

  private String typeAt(int at) {
    return switch (bytes[at]) {
      case '"' -> "string";
      case '{' -> "object";
      case '[' -> "array";
      case 't', 'f' -> "boolean";
      case 'n' -> "null";
      default -> "number";
    };
  }

  /** The array that values stand in. */
  byte[] bytes() {
    return bytes;
  }

  /** Where a member's value starts in {@link #bytes()}, inclusive. */
  int valueStart(int member) {
    return valueStarts[member];
  }

  /** Where a member's value ends, exclusive. */
  int valueEnd(int member) {
    return valueEnds[member];
  }

  /** The hash of the shape of a member's value, where its slot is one whose shape is asked for. */
  long valueShape(int member) {
    return valueShapes[member];
  }

  /** Takes the text of a member's value: of a string its content, of anything else all of it. */
  void text(int member, JsonText text) {
    int quote = isString(member) ? 1 : 0;
    text.set(
        bytes,
        valueStarts[member] + quote,
        valueEnds[member] - quote,
        quote == 1 && valueEscaped[member]);
  }

  /**
   * All members but the given ones as one JSON object, names and values byte by byte as sent and in
   * the order sent, repeated ones included; null if there are none.
   */
  byte @Nullable [] allBut(int first, int second, int third, int fourth) {
    int length = 1;
    for (int i = 0; i < count; i++) {
      if (i != first && i != second && i != third && i != fourth) {
        length += nameEnds[i] - nameStarts[i] + valueEnds[i] - valueStarts[i] + 2;
      }
    }
    if (length == 1) {
      return null;
    }
    byte[] object = new byte[length];
    int at = 0;
    for (int i = 0; i < count; i++) {
      if (i != first && i != second && i != third && i != fourth) {
        object[at] = (byte) (at == 0 ? '{' : ',');
        at = append(object, at + 1, nameStarts[i], nameEnds[i]);
        object[at] = ':';
        at = append(object, at + 1, valueStarts[i], valueEnds[i]);
      }
    }
    object[at] = '}';
    return object;
  }

  private int append(byte[] object, int at, int from, int to) {
    System.arraycopy(bytes, from, object, at, to - from);
    return at + to - from;
  }
}
