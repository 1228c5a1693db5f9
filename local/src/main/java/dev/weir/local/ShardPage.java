package dev.weir.local;

import java.time.Duration;
import java.util.List;

/**
 * What one read of a shard gave.
 *
 * @param records in the order of the shard; may be empty though there are more
 * @param end whether nothing will follow, because the shard is closed and read to its end
 * @param behind how far the read was behind the newest record
 */
public record ShardPage(List<StreamRecord> records, boolean end, Duration behind) {
  public ShardPage {
    records = List.copyOf(records);
  }
}
