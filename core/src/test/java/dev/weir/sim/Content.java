package dev.weir.sim;

import dev.weir.decode.EventFields;
import dev.weir.decode.Events;
import dev.weir.decode.ParserLimits;
import dev.weir.decode.RecordDecoder;
import dev.weir.record.Batch;
import dev.weir.record.Reason;
import java.nio.charset.StandardCharsets;
import java.util.UUID;

/**
 * What a record holds, and what has to become of it. All contents are made once.
 *
 * @param bytes the record
 * @param uuid its event's uuid; null if it is malformed
 * @param number the number in its payload: differs from content to content
 * @param hash its content hash
 * @param date its day
 * @param type its event type
 * @param reason why it is a dead letter; null if it is an event
 * @param filtered whether the SQL leaves it out
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
record Content(
    byte[] bytes,
    UUID uuid,
    int number,
    int hash,
    String date,
    String type,
    Reason reason,
    boolean filtered) {
  static final int IDS = 12;
  static final int VARIANTS = 3;
  private static final int DAY_SECONDS = 86_400;
  private static final long FIRST_DAY = 1_790_035_200; // 2026-09-22

  private static final Content[][] EVENTS = new Content[IDS][VARIANTS];
  private static final Content[] MALFORMED = {
    malformed("nonsense", Reason.INVALID_JSON),
    malformed("[]", Reason.NOT_AN_OBJECT),
    malformed("{\"a\":", Reason.TRUNCATED_JSON),
  };

  static {
    for (int id = 0; id < IDS; id++) {
      for (int variant = 0; variant < VARIANTS; variant++) {
        EVENTS[id][variant] = make(id, variant);
      }
    }
  }

  static Content event(int id, int variant) {
    return EVENTS[id][variant];
  }

  static Content malformed(int i) {
    return MALFORMED[i % MALFORMED.length];
  }

  boolean isEvent() {
    return uuid != null;
  }

  private static Content malformed(String text, Reason reason) {
    return new Content(text.getBytes(StandardCharsets.UTF_8), null, 0, 0, "", "", reason, false);
  }

  /** The second variant differs in its payload only, the third in its partition, too. */
  private static Content make(int id, int variant) {
    UUID uuid = new UUID(0x0192_0000_0000_7000L + id, 0x8000_0000_0000_0000L + id);
    int day = (id + variant / 2) % 2;
    String type = "type" + (id + variant / 2) % 3;
    int number = 100 * id + variant;
    byte[] bytes =
        "{\"event_uuid\":\"%s\",\"event_name\":\"%s:x\",\"created_at\":%d,\"payload\":%d}"
            .formatted(uuid, type, FIRST_DAY + (long) day * DAY_SECONDS, number)
            .getBytes(StandardCharsets.UTF_8);
    Batch batch = Batch.over("s", bytes).shard("0").add(0, bytes.length, 0, 0).build();
    Events events = decoder().decode(batch);
    return new Content(
        bytes,
        uuid,
        number,
        events.contentHash[0],
        date(events.createdMicros[0]),
        type,
        null,
        isFiltered(number));
  }

  /** The day of a time, in UTC. */
  static String date(long micros) {
    return micros < (FIRST_DAY + DAY_SECONDS) * 1_000_000 ? "2026-09-22" : "2026-09-23";
  }

  /** Whether the SQL leaves an event out, told by the number in its payload. */
  static boolean isFiltered(int number) {
    return number / 100 % 6 == 5;
  }

  static RecordDecoder decoder() {
    return new RecordDecoder(EventFields.Preset.DEFAULT.fields(), ParserLimits.DEFAULT);
  }
}
