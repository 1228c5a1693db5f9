package dev.weir.lake;

import java.nio.file.Path;

/**
 * A Parquet file on local disk that waits to land.
 *
 * @param file where it lies
 * @param folder the folder of the lake that it belongs to, such as {@code
 *     events/date=2026-11-22/event_type=lesson}
 * @param rows its rows
 * @param bytes its size
 */
public record StagedFile(Path file, String folder, long rows, long bytes) {}
