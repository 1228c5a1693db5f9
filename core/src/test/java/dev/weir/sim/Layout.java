package dev.weir.sim;

/** How events are partitioned; a deploy may change it. */
enum Layout {
  DATE_AND_TYPE,
  TYPE,
  DATE;

  /** The folder of an event. */
  String folder(String date, String type) {
    return switch (this) {
      case DATE_AND_TYPE -> "events/date=" + date + "/event_type=" + type;
      case TYPE -> "events/event_type=" + type;
      case DATE -> "events/date=" + date;
    };
  }
}
