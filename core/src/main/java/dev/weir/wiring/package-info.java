/**
 * The only place that constructs adapters: from checked settings to running pipelines.
 *
 * <p>Start with {@link dev.weir.wiring.Wiring}.
 */
@NullMarked
package dev.weir.wiring;

import org.jspecify.annotations.NullMarked;
