/**
 * {@code weir local}: the whole of Weir on AWS, on one machine, for a person to play with.
 *
 * <p>Start with {@link dev.weir.cli.local.LocalCommand}; {@code Playground} is what runs.
 */
@NullMarked
package dev.weir.cli.local;

import org.jspecify.annotations.NullMarked;
