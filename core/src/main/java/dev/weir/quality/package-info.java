/**
 * The quality of the data, measured where it passes.
 *
 * <p>Start with {@link dev.weir.quality.Delays}, the distribution of freshness and lag.
 */
@NullMarked
package dev.weir.quality;

import org.jspecify.annotations.NullMarked;
