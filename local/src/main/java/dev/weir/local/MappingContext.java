package dev.weir.local;

import java.time.Clock;
import java.time.Duration;
import java.util.UUID;
import java.util.concurrent.Executor;
import java.util.function.BooleanSupplier;

/**
 * What all parts of a mapping share.
 *
 * @param id names the mapping
 * @param stream the stream's ARN
 * @param maximumAge how old records may be; never more than what the stream keeps
 * @param threads runs what runs beside a delivery
 * @param running whether to go on
 */
record MappingContext(
    UUID id,
    String stream,
    MappingOptions options,
    Duration maximumAge,
    Invoker invoker,
    FailureDestination destination,
    InvocationListener listener,
    Counters counters,
    Executor threads,
    BooleanSupplier running,
    Pause pause,
    Clock clock) {}
