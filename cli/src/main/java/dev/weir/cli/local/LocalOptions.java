package dev.weir.cli.local;

import java.nio.file.Path;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * What a playground is made of; the ranges are those of Lambda and of the command's options.
 *
 * @param shards of the stream, at least 1; each has an invocation of its own
 * @param batchSize records of an invocation at most, 1 to 10,000
 * @param window how long records are gathered before an invocation with fewer, up to 300 s
 * @param memoryMegabytes the function's memory
 * @param sql the file with the SQL between the events and the lake, or null
 */
record LocalOptions(
    int shards, int batchSize, Duration window, int memoryMegabytes, @Nullable Path sql) {}
