/**
 * Records as they were received: bytes and where they came from.
 *
 * <p>Start with {@link dev.weir.record.Batch}; a {@link dev.weir.record.Position} names one arrival
 * in it.
 */
@NullMarked
package dev.weir.record;

import org.jspecify.annotations.NullMarked;
