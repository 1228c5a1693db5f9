package dev.weir.cli.generate;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.weir.cli.generate.RandomBits.Purpose;
import java.security.MessageDigest;
import java.time.Duration;

/**
 * Writes event number n, as often as it is asked to, always with the same bytes.
 *
 * <p>After {@link #write} the fields say where the parts of that event stand in the buffer. Not
 * safe for use by several threads.
 */
final class SyntheticEvent {
  /** How far an event's time may run ahead of its place in the stream: streams are not sorted. */
  private static final int JITTER_MILLIS = 5_000;

  private static final long MASK_62 = (1L << 62) - 1;

  private static final byte[] ID_KEY = "{\"event_uuid\":\"".getBytes(US_ASCII);
  private static final byte[] NAME_KEY = "\",\"event_name\":\"".getBytes(US_ASCII);
  private static final byte[] TIME_KEY = "\",\"created_at\":".getBytes(US_ASCII);
  private static final byte[] PAYLOAD_KEY = ",\"payload\":".getBytes(US_ASCII);

  private final GeneratorSettings settings;
  private final EventNames names;
  private final long spanMillis;
  private final long startMillis;
  private final long uuidOffset;
  private final RandomBits random = new RandomBits();

  private int uuidStart;
  private int uuidEnd;
  private int nameStart;
  private int nameEnd;
  private int timeStart;
  private int timeEnd;
  int payloadStart;
  int payloadEnd;

  SyntheticEvent(GeneratorSettings settings, EventNames names) {
    this.settings = settings;
    this.names = names;
    this.spanMillis = Duration.ofDays(settings.days()).toMillis();
    this.startMillis = Duration.ofDays(settings.start().toEpochDay()).toMillis();
    this.uuidOffset = Purpose.UUID.constant(settings.seed());
  }

  /** Appends an event as one line, with the line feed. */
  void write(long index, LineBuffer out) {
    random.restart(settings.seed(), Purpose.EVENT, index);
    out.add(ID_KEY);
    uuidStart = out.size();
    writeUuid(random.next(), index, out);
    uuidEnd = out.size();
    out.add(NAME_KEY);
    nameStart = out.size();
    int name = names.draw(random);
    out.add(names.name(name));
    nameEnd = out.size();
    out.add(TIME_KEY);
    timeStart = out.size();
    writeTime(index, out);
    timeEnd = out.size();
    out.add(PAYLOAD_KEY);
    payloadStart = out.size();
    PayloadTemplate.ofType(names.type(name)).write(random, out);
    payloadEnd = out.size();
    out.add('}');
    out.add('\n');
  }

  /** Appends the row that a manifest has for the event that was written last, to the same lines. */
  void writeManifestRow(LineBuffer lines, MessageDigest md5, LineBuffer rows) {
    rows.add(lines, uuidStart, uuidEnd);
    rows.add(',');
    rows.add(lines, nameStart, nameEnd);
    rows.add(',');
    rows.add(lines, timeStart, timeEnd);
    rows.add(',');
    lines.digest(md5, payloadStart, payloadEnd);
    for (byte part : md5.digest()) {
      rows.hex(part, 2);
    }
    rows.add('\n');
  }

  /** Appends only the id of the event with an index. */
  void writeId(long index, LineBuffer out) {
    random.restart(settings.seed(), Purpose.EVENT, index);
    writeUuid(random.next(), index, out);
  }

  /** Version 4 in shape; the lower 62 bits are a bijection of the index, so no two are alike. */
  private void writeUuid(long high, long index, LineBuffer out) {
    long low = (index + uuidOffset) & MASK_62;
    low = (low * 0xbf58476d1ce4e5b9L) & MASK_62;
    low ^= low >>> 31;
    low = (low * 0x94d049bb133111ebL) & MASK_62;
    low ^= low >>> 29;
    out.hex(high >>> 32, 8);
    out.add('-');
    out.hex(high >>> 16, 4);
    out.add('-');
    out.hex((high & 0xfff) | 0x4000, 4);
    out.add('-');
    out.hex((low >>> 48) | 0x8000, 4);
    out.add('-');
    out.hex(low, 12);
  }

  private void writeTime(long index, LineBuffer out) {
    long place = (long) ((double) index / settings.events() * spanMillis);
    long millis = Math.min(place + random.below(JITTER_MILLIS), spanMillis - 1) + startMillis;
    out.decimal(millis / 1_000);
    out.add('.');
    out.decimal(millis % 1_000, 3);
  }
}
