/**
 * {@code weir doctor}: checks of a configuration, by trial where that is possible.
 *
 * <p>Start with {@link dev.weir.doctor.Check}, the list of what is checked, then {@link
 * dev.weir.doctor.Doctor}, which runs the checks in that order.
 */
@NullMarked
package dev.weir.doctor;

import org.jspecify.annotations.NullMarked;
