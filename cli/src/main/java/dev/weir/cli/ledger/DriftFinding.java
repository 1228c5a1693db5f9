package dev.weir.cli.ledger;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A field of an event type that is not as it was.
 *
 * @param at when the batch landed that showed it
 * @param eventType the event type
 * @param path the field
 * @param kind new, vanished or type_changed
 * @param before its type before; null if it had none
 * @param after its type now; null if it has none
 * @param events in how many events of the batch
 */
public record DriftFinding(
    Instant at,
    String eventType,
    String path,
    String kind,
    @Nullable String before,
    @Nullable String after,
    long events) {}
