package dev.weir.local;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Which shards may be read: a shard that was split or merged is read to its end, and delivered,
 * before those that came of it. One thread's.
 */
final class Lineage {
  private final StartingPosition start;
  private final Set<String> begun = new HashSet<>();
  private final Set<String> finished = new HashSet<>();
  private boolean first = true;

  Lineage(StartingPosition start) {
    this.start = start;
  }

  /**
   * The shards to begin with now.
   *
   * @param shards all that the stream knows
   */
  List<StreamShard> next(List<StreamShard> shards) {
    if (first && start == StartingPosition.LATEST) {
      shards.stream().filter(StreamShard::closed).map(StreamShard::id).forEach(this::skip);
    }
    first = false;
    Set<String> known = new HashSet<>();
    shards.forEach(shard -> known.add(shard.id()));
    List<StreamShard> next = new ArrayList<>();
    for (StreamShard shard : shards) {
      // A parent that the stream does not know any more has expired with all its records.
      boolean free =
          shard.parents().stream().allMatch(p -> finished.contains(p) || !known.contains(p));
      if (free && begun.add(shard.id())) {
        next.add(shard);
      }
    }
    return next;
  }

  private void skip(String shard) {
    begun.add(shard);
    finished.add(shard);
  }

  /** A shard is read to its end and delivered. */
  void finish(String shard) {
    finished.add(shard);
  }
}
