package dev.weir.lambda;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The records that have to come again: of each shard the earliest, because Lambda delivers that one
 * and all behind it. Not safe for use by several threads.
 */
final class Redelivery {
  private final Map<String, String> earliest = new LinkedHashMap<>();

  /** Says that a record has to come again. */
  void add(String shard, String sequenceNumber) {
    earliest.merge(shard, sequenceNumber, (a, b) -> isBefore(b, a) ? b : a);
  }

  /** The sequence number of the earliest record of each shard; empty if all are accounted for. */
  List<String> earliest() {
    return List.copyOf(earliest.values());
  }

  /** How many of these records come again. */
  long count(List<EventBatches.Received> received) {
    return received.stream()
        .filter(
            record -> {
              String first = earliest.get(record.shard());
              return first != null && !isBefore(record.sequenceNumber(), first);
            })
        .count();
  }

  /** Sequence numbers are decimal integers of up to 128 digits. */
  private static boolean isBefore(String a, String b) {
    String left = a.replaceFirst("^0+(?=.)", "");
    String right = b.replaceFirst("^0+(?=.)", "");
    return left.length() != right.length()
        ? left.length() < right.length()
        : left.compareTo(right) < 0;
  }
}
