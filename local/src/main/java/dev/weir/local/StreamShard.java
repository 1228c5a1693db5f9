package dev.weir.local;

import java.util.List;

/**
 * A shard of a stream.
 *
 * @param id its name
 * @param parents the shards that were split or merged into it; none for those a stream began with
 * @param closed whether it takes no records any more
 */
public record StreamShard(String id, List<String> parents, boolean closed) {
  public StreamShard {
    parents = List.copyOf(parents);
  }
}
