package dev.weir.pipeline;

import dev.weir.claim.Attempt;

/**
 * What became of a batch, and what the source has to be told.
 *
 * @param attempt the attempt
 * @param ledger the attempt's counts, as its plan carries them
 * @param redeliver the records of the batch, as ascending indexes, that the source must deliver
 *     again, because the attempt that owns their event has not finished; empty if the whole batch
 *     can be acknowledged
 * @param steps how long the steps took
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
public record Outcome(Attempt attempt, Ledger ledger, int[] redeliver, StepTimes steps) {}
