package dev.weir.local;

/** Where a mapping begins to read the shards that are there when it starts. */
public enum StartingPosition {
  /** With the oldest record that the stream keeps. */
  TRIM_HORIZON,
  /** With the next record; shards that are closed by then are left out. */
  LATEST
}
