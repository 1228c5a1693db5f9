package dev.weir.decode;

import dev.weir.record.Reason;

/** One document to one event. */
final class EventParser {
  EventParser(EventFields fields, ParserLimits limits) {}

  /** Appends record {@code i} of the batch to the events, as an event or as a dead letter. */
  void parse(int i, Events events) {
    events.deadLetters.add(new Events.DeadLetter(i, Reason.INVALID_JSON, "not written yet"));
  }
}
