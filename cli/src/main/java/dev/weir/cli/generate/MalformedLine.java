package dev.weir.cli.generate;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.weir.record.Reason;

/**
 * Lines that can never become an event, and the reason with which each is refused.
 *
 * <p>The m-th malformed line of a stream, counted from 0, is of the kind {@code m mod
 * values().length}. In the templates {@code #} stands for m, {@code @} for an id of its own, and
 * {@code !} for a byte that UTF-8 never has.
 */
public enum MalformedLine {
  TRUNCATED(Reason.TRUNCATED_JSON, ""),
  ID_ABSENT(
      Reason.MISSING_ID, "{\"event_name\":\"page:viewed\",\"created_at\":1767225600,\"n\":#}"),
  ID_NULL(
      Reason.MISSING_ID,
      "{\"event_uuid\":null,\"event_name\":\"page:viewed\",\"created_at\":1767225600,\"n\":#}"),
  ID_TOO_SHORT(
      Reason.INVALID_ID,
      "{\"event_uuid\":\"0b7c2a9e-51d4-4f60-9a3b-7d2e8c1f5a4\",\"event_name\":\"page:viewed\","
          + "\"created_at\":1767225600,\"payload\":{\"n\":#}}"),
  ID_TWICE(
      Reason.DUPLICATE_KEY,
      "{\"event_uuid\":\"0b7c2a9e-51d4-4f60-9a3b-7d2e8c1f5a46\",\"event_uuid\":"
          + "\"0b7c2a9e-51d4-4f60-9a3b-7d2e8c1f5a47\",\"event_name\":\"page:viewed\","
          + "\"created_at\":1767225600,\"payload\":{\"n\":#}}"),
  NAME_ABSENT(Reason.MISSING_NAME, "{@,\"created_at\":1767225600,\"payload\":{\"n\":#}}"),
  NAME_EMPTY(
      Reason.INVALID_NAME,
      "{@,\"event_name\":\"\",\"created_at\":1767225600,\"payload\":{\"n\":#}}"),
  TIME_ABSENT(Reason.MISSING_TIME, "{@,\"event_name\":\"page:viewed\",\"payload\":{\"n\":#}}"),
  TIME_BOOLEAN(
      Reason.INVALID_TIME,
      "{@,\"event_name\":\"page:viewed\",\"created_at\":true,\"payload\":{\"n\":#}}"),
  TIME_IN_WORDS(
      Reason.INVALID_TIME,
      "{@,\"event_name\":\"page:viewed\",\"created_at\":\"yesterday\",\"payload\":{\"n\":#}}"),
  TIME_BEYOND_REASON(
      Reason.TIME_OUT_OF_RANGE,
      "{@,\"event_name\":\"page:viewed\",\"created_at\":1e30,\"payload\":{\"n\":#}}"),
  TWO_DOCUMENTS(
      Reason.TRAILING_DATA,
      "{@,\"event_name\":\"page:viewed\",\"created_at\":1767225600,\"payload\":{\"n\":#}} {}"),
  NOT_A_NUMBER(
      Reason.INVALID_JSON,
      "{@,\"event_name\":\"page:viewed\",\"created_at\":1767225600,\"payload\":{\"n\":#,\"x\":NaN}}"),
  TRAILING_COMMA(
      Reason.INVALID_JSON,
      "{@,\"event_name\":\"page:viewed\",\"created_at\":1767225600,\"payload\":{\"n\":#,}}"),
  NOT_UTF_8(
      Reason.INVALID_ENCODING,
      "{@,\"event_name\":\"page:viewed\",\"created_at\":1767225600,\"payload\":{\"n\":#,\"x\":\"!\"}}"),
  LONE_SURROGATE(
      Reason.LONE_SURROGATE,
      "{@,\"event_name\":\"page:viewed\",\"created_at\":1767225600,"
          + "\"payload\":{\"n\":#,\"x\":\"\\ud800\"}}"),
  NO_OBJECT(Reason.NOT_AN_OBJECT, "#");

  private static final MalformedLine[] KINDS = values();
  private static final byte[] ID = "\"event_uuid\":\"".getBytes(US_ASCII);

  private final Reason reason;
  private final String template;

  MalformedLine(Reason reason, String template) {
    this.reason = reason;
    this.template = template;
  }

  /** The reason with which a line of this kind becomes a dead letter. */
  public Reason reason() {
    return reason;
  }

  /** The kind of the malformed line with this number. */
  static MalformedLine ofNumber(long number) {
    return KINDS[(int) (number % KINDS.length)];
  }

  /**
   * Appends a line of this kind, with the line feed.
   *
   * @param number the number of the malformed line
   * @param index an index that no event of the stream has: its id becomes the line's
   */
  void write(long number, long index, SyntheticEvent event, LineBuffer out) {
    if (this == TRUNCATED) {
      event.write(index, out);
      out.cutTo((event.payloadStart + event.payloadEnd) / 2);
    }
    for (int i = 0; i < template.length(); i++) {
      char part = template.charAt(i);
      switch (part) {
        case '#' -> out.decimal(number);
        case '!' -> out.add(0xff);
        case '@' -> {
          out.add(ID);
          event.writeId(index, out);
          out.add('"');
        }
        default -> out.add(part);
      }
    }
    out.add('\n');
  }
}
