package dev.weir.transform;

import dev.weir.lake.StagedFile;
import java.util.List;
import java.util.Map;

/**
 * What an attempt has written to local disk. Closing deletes it there; what has landed stays,
 * because the lake has links or copies of its own.
 *
 * @param files the files, those of events first
 * @param landed how many events they hold
 * @param filtered how many events the statement left out
 * @param eventsByType how many events they hold under each event type
 * @param landedByName for each of the batch's names, how many of its events they hold
 * @param foldedTypes how many distinct event types were stored under {@code __other__}
 * @param foldedEvents how many events that were
 * @param cleanUp deletes the files; does not fail
 */
@SuppressWarnings("ArrayRecordComponent") // a column, never compared
public record Written(
    List<StagedFile> files,
    long landed,
    long filtered,
    Map<String, Long> eventsByType,
    long[] landedByName,
    long foldedTypes,
    long foldedEvents,
    Runnable cleanUp)
    implements AutoCloseable {

  @Override
  public void close() {
    cleanUp.run();
  }
}
