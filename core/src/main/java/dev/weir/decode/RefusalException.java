package dev.weir.decode;

import dev.weir.record.Reason;

/**
 * Thrown where a record turns out to be no event; {@link EventParser} makes a dead letter of it.
 *
 * <p>It has no stack trace: what went wrong is in the record, not in the code, and a stream of
 * nothing but bad records must not become slow.
 */
final class RefusalException extends RuntimeException {
  private static final int MAX_DETAIL_CHARS = Events.MAX_DETAIL_CHARS;

  private static final long serialVersionUID = 1L;

  private final Reason reason;
  private final String detail;

  /**
   * A refusal.
   *
   * @param detail where and what, never content of the payload; cut at {@link #MAX_DETAIL_CHARS}
   */
  RefusalException(Reason reason, String detail) {
    super(detail, null, false, false);
    this.reason = reason;
    this.detail =
        detail.length() <= MAX_DETAIL_CHARS ? detail : detail.substring(0, MAX_DETAIL_CHARS);
  }

  Reason reason() {
    return reason;
  }

  String detail() {
    return detail;
  }
}
