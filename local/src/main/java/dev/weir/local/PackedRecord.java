package dev.weir.local;

/**
 * A record together with what stands for it in an event.
 *
 * @param json not to be changed
 */
@SuppressWarnings("ArrayRecordComponent") // a value that is handed on, never compared
record PackedRecord(StreamRecord record, byte[] json) {
  /** What it adds to an event, with a comma. */
  int bytes() {
    return json.length + 1;
  }
}
