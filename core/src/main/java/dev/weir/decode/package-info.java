/**
 * Bytes to events: strict JSON, the mapped fields, and a reason for everything that is not one.
 *
 * <p>Start with {@link dev.weir.decode.RecordDecoder}, which turns a batch into {@link
 * dev.weir.decode.Events}; {@code EventParser} makes an event of one {@code Document}, and {@code
 * JsonScanner} knows JSON. Nothing here looks at a clock: the same bytes give the same answer on
 * every replay.
 */
@NullMarked
package dev.weir.decode;

import org.jspecify.annotations.NullMarked;
