/**
 * The quality of the data: what is expected of events, and what is measured of them.
 *
 * <p>Start with {@link dev.weir.quality.QualityCheck}, the step of the pipeline that holds events
 * against the expectations, then {@link dev.weir.quality.Measurement}, which makes the books once
 * it is known what becomes of each. {@code Shapes} is why that costs little; {@link
 * dev.weir.quality.Drift} compares fields with the profile that the lake keeps.
 */
@NullMarked
package dev.weir.quality;

import org.jspecify.annotations.NullMarked;
