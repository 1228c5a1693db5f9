package dev.weir.cli.ledger;

import java.time.Instant;

/**
 * Where dead letters of one reason were: a part of a batch in which there are some, never what is
 * in them.
 *
 * @param reason why they are dead letters
 * @param at when they landed
 * @param attempt who landed them
 * @param stream the stream
 * @param shard its shard, or the file
 * @param first the sequence number of the batch's first record
 * @param last the sequence number of the batch's last record
 */
public record LetterExample(
    String reason,
    Instant at,
    String attempt,
    String stream,
    String shard,
    String first,
    String last) {}
