package dev.weir.lambda;

import dev.weir.source.RecordBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Reads the event that Lambda makes of a stream's records, in one pass over its bytes: the data of
 * each record is decoded straight to where it is processed, and no record becomes an object.
 *
 * <p>The form is that of https://docs.aws.amazon.com/lambda/latest/dg/with-kinesis.html. Members
 * that are not needed are skipped, in any order. Not safe for use by several threads.
 */
final class EventScanner {
  private static final int MAX_DEPTH = 64;
  private static final String[] NAMES = {
    "Records",
    "kinesis",
    "data",
    "sequenceNumber",
    "approximateArrivalTimestamp",
    "eventID",
    "eventSource",
    "eventSourceARN",
    "aws:kinesis"
  };
  private static final double MICROS_PER_SECOND = 1e6;

  /** Times beyond this many seconds, in the year 5138, are no times of arrival. */
  private static final double MAX_SECONDS = 1e11;

  private enum State {
    BEFORE,
    IN_RECORDS,
    OVER
  }

  private final byte[] bytes;
  private int at;
  private State state = State.BEFORE;

  // The string that was passed last, without its quotes.
  private int stringStart;
  private int stringEnd;
  private boolean escaped;

  private String stream = "";
  private String shard = "";
  private String sequenceNumber = "";
  private long arrivalMicros;
  private int dataStart;
  private int dataEnd;

  // What the record that is read has said so far.
  private String source = "";
  private String eventId = "";
  private String arn = "";
  private boolean hasData;
  private boolean hasArrival;
  private String lastArn = "";

  /** A scanner at the beginning of an event, which is not to be changed meanwhile. */
  EventScanner(byte[] event) {
    this.bytes = event;
  }

  /** The size of the event, in bytes. */
  int eventBytes() {
    return bytes.length;
  }

  /** The name of the stream of the record that was read last. */
  String stream() {
    return stream;
  }

  /** The shard of the record that was read last. */
  String shard() {
    return shard;
  }

  /** The sequence number of the record that was read last, a decimal integer. */
  String sequenceNumber() {
    return sequenceNumber;
  }

  /** When the record that was read last arrived at its stream, in microseconds since the epoch. */
  long arrivalMicros() {
    return arrivalMicros;
  }

  /** Where the data of the record that was read last starts in the buffer, inclusive. */
  int dataStart() {
    return dataStart;
  }

  /** Where it ends, exclusive. */
  int dataEnd() {
    return dataEnd;
  }

  /**
   * Reads the next record.
   *
   * @param buffer the record's data is added to it
   * @return false if there are no more
   * @throws EventException if this is no event of a stream
   */
  boolean next(RecordBuffer buffer) {
    try {
      return advance(buffer);
    } catch (ArrayIndexOutOfBoundsException e) {
      throw refusal("ends at byte " + bytes.length + ", in the middle");
    }
  }

  private boolean advance(RecordBuffer buffer) {
    switch (state) {
      case BEFORE -> {
        expect('{');
        if (!toRecords(true)) {
          throw refusal("has no member Records");
        }
      }
      case IN_RECORDS -> {
        if (!toNext(']')) {
          endEvent();
        }
      }
      case OVER -> {
        return false;
      }
    }
    if (state == State.OVER) {
      return false;
    }
    readRecord(buffer);
    return true;
  }

  /** Goes to the first record; to the end of the event if there is none. */
  private boolean toRecords(boolean first) {
    boolean more = first ? !isNext('}') : toNext('}');
    while (more) {
      boolean records = name().equals("Records");
      if (records && state != State.BEFORE) {
        throw refusal("has two members Records");
      }
      if (records) {
        expect('[');
        if (isNext(']')) {
          endEvent();
        } else {
          state = State.IN_RECORDS;
        }
        return true;
      }
      skipValue(1);
      more = toNext('}');
    }
    return false;
  }

  private void endEvent() {
    state = State.OVER;
    if (toRecords(false)) {
      throw refusal("has two members Records");
    }
    skipSpace();
    if (at < bytes.length) {
      throw unexpected("the end");
    }
  }

  private void readRecord(RecordBuffer buffer) {
    source = eventId = arn = sequenceNumber = "";
    hasData = hasArrival = false;
    expect('{');
    for (boolean more = !isNext('}'); more; more = toNext('}')) {
      switch (name()) {
        case "kinesis" -> readKinesis(buffer);
        case "eventID" -> eventId = text();
        case "eventSource" -> source = text();
        case "eventSourceARN" -> arn = text();
        default -> skipValue(3);
      }
    }
    check();
  }

  private void readKinesis(RecordBuffer buffer) {
    expect('{');
    for (boolean more = !isNext('}'); more; more = toNext('}')) {
      switch (name()) {
        case "data" -> readData(buffer);
        case "sequenceNumber" -> sequenceNumber = text();
        case "approximateArrivalTimestamp" -> readArrival();
        default -> skipValue(4);
      }
    }
  }

  private void check() {
    if (!source.equals("aws:kinesis")) {
      throw refusal("has a record of the source '%s', not aws:kinesis".formatted(shown(source)));
    }
    if (!hasData || !hasArrival) {
      throw refusal("has a record without data or approximateArrivalTimestamp");
    }
    if (sequenceNumber.isEmpty() || !sequenceNumber.chars().allMatch(c -> c >= '0' && c <= '9')) {
      throw refusal("has a record whose sequenceNumber is '" + shown(sequenceNumber) + "'");
    }
    int colon = eventId.lastIndexOf(':');
    if (colon <= 0) {
      throw refusal("has a record whose eventID names no shard: '" + shown(eventId) + "'");
    }
    // Nearly always the same as before, and then there is nothing to allocate.
    if (!eventId.regionMatches(0, shard, 0, Math.max(colon, shard.length()))) {
      shard = eventId.substring(0, colon);
    }
    if (!arn.equals(lastArn)) {
      stream = streamOf(arn);
      lastArn = arn;
    }
  }

  /**
   * The stream that {@code arn:aws:kinesis:<region>:<account>:stream/<name>[/consumer/…]} names.
   */
  private String streamOf(String name) {
    String[] parts = name.split("[:/]", -1);
    if (parts.length < 7 || !parts[5].equals("stream") || parts[6].isEmpty()) {
      throw refusal("has a record whose eventSourceARN names no stream: '" + shown(name) + "'");
    }
    return parts[6];
  }

  private void readData(RecordBuffer buffer) {
    string();
    byte[] text = escaped ? unescaped().getBytes(StandardCharsets.UTF_8) : bytes;
    int start = escaped ? 0 : stringStart;
    int end = escaped ? text.length : stringEnd;
    buffer.reserve(Base64Bytes.mostBytes(end - start));
    int count = Base64Bytes.decode(text, start, end, buffer.bytes(), buffer.size());
    if (count < 0) {
      throw refusal("has a record whose data is not base64, before byte " + at);
    }
    dataStart = buffer.size();
    dataEnd = dataStart + count;
    buffer.added(count);
    hasData = true;
  }

  private void readArrival() {
    int start = at;
    number();
    double seconds =
        Double.parseDouble(new String(bytes, start, at - start, StandardCharsets.ISO_8859_1));
    if (!(Math.abs(seconds) < MAX_SECONDS)) {
      throw refusal("has a record that arrived at " + seconds);
    }
    arrivalMicros = Math.round(seconds * MICROS_PER_SECOND);
    hasArrival = true;
  }

  /** Goes behind the name of a member and its colon. Returns the name. */
  private String name() {
    string();
    String name = stringText();
    expect(':');
    return name;
  }

  private String text() {
    string();
    return stringText();
  }

  /** The text of the string that was passed last; that of a known name is not allocated. */
  private String stringText() {
    int length = stringEnd - stringStart;
    for (int i = 0; !escaped && i < NAMES.length; i++) {
      if (NAMES[i].length() == length && isText(NAMES[i])) {
        return NAMES[i];
      }
    }
    return escaped ? unescaped() : new String(bytes, stringStart, length, StandardCharsets.UTF_8);
  }

  private boolean isText(String name) {
    for (int i = 0; i < name.length(); i++) {
      if (bytes[stringStart + i] != name.charAt(i)) {
        return false;
      }
    }
    return true;
  }

  private String unescaped() {
    String raw = new String(bytes, stringStart, stringEnd - stringStart, StandardCharsets.UTF_8);
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < raw.length(); i++) {
      char c = raw.charAt(i);
      if (c != '\\') {
        text.append(c);
        continue;
      }
      char letter = raw.charAt(++i);
      switch (letter) {
        case 'b' -> text.append('\b');
        case 'f' -> text.append('\f');
        case 'n' -> text.append('\n');
        case 'r' -> text.append('\r');
        case 't' -> text.append('\t');
        case 'u' -> {
          text.append((char) Integer.parseInt(raw, i + 1, i + 5, 16));
          i += 4;
        }
        default -> text.append(letter);
      }
    }
    return text.toString();
  }

  /** Goes behind a string. */
  private void string() {
    if (bytes[at] != '"') {
      throw unexpected("a string");
    }
    stringStart = at + 1;
    escaped = false;
    int i = at + 1;
    while (bytes[i] != '"') {
      if (bytes[i] == '\\') {
        escaped = true;
        i = escape(i);
      } else if (bytes[i] >= 0 && bytes[i] < ' ') {
        at = i;
        throw unexpected("no control character");
      } else {
        i++;
      }
    }
    stringEnd = i;
    at = i + 1;
  }

  private int escape(int i) {
    byte letter = bytes[i + 1];
    if (letter == 'u') {
      for (int digit = i + 2; digit < i + 6; digit++) {
        at = digit;
        if (Character.digit(bytes[digit], 16) < 0) {
          throw unexpected("a hexadecimal digit");
        }
      }
      return i + 6;
    }
    at = i + 1;
    if ("\"\\/bfnrt".indexOf(letter) < 0) {
      throw unexpected("an escape");
    }
    return i + 2;
  }

  private void skipValue(int depth) {
    if (depth > MAX_DEPTH) {
      throw refusal("is nested deeper than " + MAX_DEPTH + " levels");
    }
    switch (bytes[at]) {
      case '"' -> string();
      case '{' -> {
        at++;
        for (boolean more = !isNext('}'); more; more = toNext('}')) {
          string();
          expect(':');
          skipValue(depth + 1);
        }
      }
      case '[' -> {
        at++;
        for (boolean more = !isNext(']'); more; more = toNext(']')) {
          skipValue(depth + 1);
        }
      }
      case 't' -> literal("true");
      case 'f' -> literal("false");
      case 'n' -> literal("null");
      default -> number();
    }
  }

  private void literal(String text) {
    for (int i = 0; i < text.length(); i++, at++) {
      if (bytes[at] != text.charAt(i)) {
        throw unexpected(text);
      }
    }
  }

  private void number() {
    at += bytes[at] == '-' ? 1 : 0;
    if (bytes[at] == '0') {
      at++;
    } else {
      digits();
    }
    if (bytes[at] == '.') {
      at++;
      digits();
    }
    if (bytes[at] == 'e' || bytes[at] == 'E') {
      at++;
      at += bytes[at] == '+' || bytes[at] == '-' ? 1 : 0;
      digits();
    }
  }

  private void digits() {
    if (bytes[at] < '0' || bytes[at] > '9') {
      throw unexpected("a digit");
    }
    while (bytes[at] >= '0' && bytes[at] <= '9') {
      at++;
    }
  }

  private void expect(char symbol) {
    skipSpace();
    if (bytes[at] != symbol) {
      throw unexpected("'" + symbol + "'");
    }
    at++;
    skipSpace();
  }

  /** Goes behind this symbol if it comes next. */
  private boolean isNext(char symbol) {
    skipSpace();
    if (bytes[at] != symbol) {
      return false;
    }
    at++;
    return true;
  }

  /** Goes behind a comma to what follows it, or behind the end of what it stands in. */
  private boolean toNext(char end) {
    if (isNext(end)) {
      return false;
    }
    expect(',');
    return true;
  }

  private void skipSpace() {
    while (at < bytes.length
        && (bytes[at] == ' ' || bytes[at] == '\n' || bytes[at] == '\r' || bytes[at] == '\t')) {
      at++;
    }
  }

  private EventException unexpected(String expected) {
    return refusal("is not JSON: %s was expected at byte %d".formatted(expected, at));
  }

  private static EventException refusal(String what) {
    return new EventException(
        "the function takes events of a Kinesis stream (docs/reference/lambda.md), and this one "
            + what);
  }

  /** Enough of a text to recognize it. */
  private static String shown(String text) {
    byte[] start =
        Arrays.copyOf(text.getBytes(StandardCharsets.UTF_8), Math.min(60, text.length()));
    return new String(start, StandardCharsets.UTF_8).replaceAll("[^\\x20-\\x7E]", "?");
  }
}
