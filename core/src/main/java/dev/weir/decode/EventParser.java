package dev.weir.decode;

import dev.weir.record.Batch;
import dev.weir.record.Reason;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.CRC32C;

/**
 * One document to one event, in one pass over its bytes.
 *
 * <p>A document is judged in this order, and the first thing wrong is the reason of its dead
 * letter: JSON and its limits from the first byte on, then fields that are missing, then id, time
 * and name. Not safe for use by several threads.
 */
final class EventParser {
  private static final VarHandle LONGS =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);

  private final Document document;
  private final int[] idSlots;
  private final int[] nameSlots;
  private final int[] timeSlots;
  private final int[] payloadSlots;
  private final EventId id;
  private final EventTime time;
  private final NameDictionary names;
  private final JsonText nameText = new JsonText();
  private final CRC32C contentHash = new CRC32C();
  private final byte[] timeBytes = new byte[Long.BYTES];

  EventParser(EventFields fields, ParserLimits limits, boolean shapes) {
    List<String> mapped = new ArrayList<>();
    this.idSlots = slots(fields.id(), mapped);
    this.nameSlots = slots(fields.name(), mapped);
    this.timeSlots = slots(fields.time(), mapped);
    this.payloadSlots = slots(fields.payload(), mapped);
    this.id = new EventId(fields.idFormat(), slots(fields.idScope(), mapped));
    this.time = new EventTime(fields.timeUnit(), fields.minTime(), fields.maxTime());
    this.names = new NameDictionary(limits.maxNameChars());
    this.document = new Document(mapped, shapes ? payloadSlots : new int[0], limits);
  }

  private static int[] slots(List<String> members, List<String> mapped) {
    return members.stream()
        .mapToInt(
            member -> {
              if (!mapped.contains(member)) {
                mapped.add(member);
              }
              return mapped.indexOf(member);
            })
        .toArray();
  }

  /** Says that the records of another batch follow. */
  void startBatch() {
    names.startBatch();
  }

  /** Appends record {@code i} of the batch to the events, as an event or as a dead letter. */
  void parse(int i, Events events) {
    try {
      append(i, events);
    } catch (RefusalException refusal) {
      events.deadLetters.add(new Events.DeadLetter(i, refusal.reason(), refusal.detail()));
    }
  }

  private void append(int i, Events events) {
    Batch batch = events.batch;
    document.read(batch.bytes(), batch.start(i), batch.end(i));
    int idMember = document.firstOf(idSlots);
    int nameMember = document.firstOf(nameSlots);
    int timeMember = document.firstOf(timeSlots);
    int payloadMember = document.firstOf(payloadSlots);
    refuseMissing(idMember, nameMember, timeMember, events);
    id.read(document, idMember);
    time.read(document, timeMember);
    // The last that can refuse: the names of a batch are those of its events only.
    int nameIndex = nameIndex(nameMember, events);

    int row = events.count++;
    events.record[row] = i;
    events.uuidHigh[row] = id.high();
    events.uuidLow[row] = id.low();
    events.eventId[row] = id.asSent();
    events.name[row] = nameIndex;
    events.createdMicros[row] = time.micros();
    events.createdSeconds[row] = time.seconds();
    appendPayload(payloadMember, row, events);
    events.extra[row] = document.allBut(idMember, nameMember, timeMember, payloadMember);
    events.contentHash[row] = contentHash(row, events);
  }

  /** Counts every field that is missing, then refuses the document for the first of them. */
  private void refuseMissing(int idMember, int nameMember, int timeMember, Events events) {
    boolean noId = document.isMissing(idMember);
    boolean noName = document.isMissing(nameMember);
    boolean noTime = document.isMissing(timeMember);
    events.missingId += noId ? 1 : 0;
    events.missingName += noName ? 1 : 0;
    events.missingTime += noTime ? 1 : 0;
    if (noId) {
      throw missing(Reason.MISSING_ID, idMember);
    }
    if (noName) {
      throw missing(Reason.MISSING_NAME, nameMember);
    }
    if (noTime) {
      throw missing(Reason.MISSING_TIME, timeMember);
    }
  }

  private static RefusalException missing(Reason reason, int member) {
    return new RefusalException(reason, member == Document.NONE ? "absent" : "null");
  }

  private int nameIndex(int member, Events events) {
    if (!document.isString(member)) {
      throw new RefusalException(
          Reason.INVALID_NAME, "a value of type " + document.type(member) + ", not a string");
    }
    document.text(member, nameText);
    return names.index(nameText, events.names);
  }

  private void appendPayload(int member, int row, Events events) {
    events.missingPayload += document.isMissing(member) ? 1 : 0;
    boolean absent = member == Document.NONE;
    events.payloadStart[row] = absent ? 0 : document.valueStart(member);
    events.payloadEnd[row] = absent ? 0 : document.valueEnd(member);
    if (events.shape.length > 0) {
      events.shape[row] = absent ? 0 : document.valueShape(member);
    }
  }

  /**
   * The CRC-32C of the name in UTF-8, the microseconds in eight bytes, the highest first, and the
   * payload as sent. Claims keep it for days: a change of it makes conflicts of redeliveries. Two
   * values have a meaning of their own there ({@code Claims.NO_CONTENT} and {@code
   * UNKNOWN_CONTENT}) and are no event's.
   */
  private int contentHash(int row, Events events) {
    byte[] name = events.names.get(events.name[row]).nameUtf8();
    LONGS.set(timeBytes, 0, events.createdMicros[row]);
    int start = events.payloadStart[row];
    contentHash.reset();
    contentHash.update(name, 0, name.length);
    contentHash.update(timeBytes, 0, timeBytes.length);
    contentHash.update(events.batch.bytes(), start, events.payloadEnd[row] - start);
    int hash = (int) contentHash.getValue();
    return (hash & ~1) == 0 ? hash + 2 : hash;
  }
}
