package dev.weir.decode;

import dev.weir.record.Batch;

/**
 * Step 0 of the protocol: the records of a batch become events, or dead letters with a reason.
 *
 * <p>Never throws for what a record holds. Holds no clock and no state that changes an answer: the
 * same batch gives the same events on every replay. Not safe for use by several threads; each
 * worker has its own.
 */
public final class RecordDecoder {
  /** The detail of a dead letter that its source's framing has refused, whole or cut. */
  public static final String REFUSED_BY_FRAMING = "refused by the source's framing";

  private final EventParser parser;
  private final boolean shapes;

  /**
   * A decoder.
   *
   * @param fields where an event's fields stand in a document
   * @param limits the bounds on one document
   */
  public RecordDecoder(EventFields fields, ParserLimits limits) {
    this(fields, limits, false);
  }

  /**
   * A decoder that can tell the shapes of payloads.
   *
   * @param fields where an event's fields stand in a document
   * @param limits the bounds on one document
   * @param shapes whether {@link Events#shape} is filled
   */
  public RecordDecoder(EventFields fields, ParserLimits limits, boolean shapes) {
    this.parser = new EventParser(fields, limits, shapes);
    this.shapes = shapes;
  }

  /** Decodes every record of the batch. */
  public Events decode(Batch batch) {
    Events events = new Events(batch, shapes);
    parser.startBatch();
    for (int i = 0; i < batch.count(); i++) {
      var refusal = batch.refusal(i);
      if (refusal != null) {
        events.deadLetters.add(new Events.DeadLetter(i, refusal, REFUSED_BY_FRAMING));
      } else {
        parser.parse(i, events);
      }
    }
    return events;
  }
}
