package dev.weir.cli.query;

/** The tables of a lake that a query can name, each of them a view. */
public enum LakeTable {
  /** The events that have landed. */
  EVENTS("events", "events/", ".parquet"),
  /** The records that can never become events. */
  DEAD_LETTERS("dead_letters", "dead_letters/", ".parquet"),
  /** What each attempt planned and counted. */
  ATTEMPTS("attempts", "_weir/attempts/", ".json"),
  /** The dead letters that a replay has brought to an end. */
  REPLAYED("replayed", "_weir/replayed/", ".json");

  private final String view;
  private final String prefix;
  private final String ending;

  LakeTable(String view, String prefix, String ending) {
    this.view = view;
    this.prefix = prefix;
    this.ending = ending;
  }

  /** The name that queries use. */
  public String view() {
    return view;
  }

  /** What the keys of its files begin with. */
  public String prefix() {
    return prefix;
  }

  /** Whether its files lie in folders of days. */
  boolean isByDay() {
    return this == EVENTS || this == DEAD_LETTERS;
  }

  /** Whether this is the key of one of its files. */
  boolean holds(String key) {
    return key.startsWith(prefix) && key.endsWith(ending);
  }
}
