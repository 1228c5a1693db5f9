/**
 * The input side of the command line: files, globs, folders and standard input become batches.
 *
 * <p>Start with {@link dev.weir.cli.input.InputReader}, which fills one batch after the other.
 * {@link dev.weir.cli.input.InputFiles} decides what is read; {@code dev.weir.source} undoes
 * compression and finds where records begin and end. Nothing here judges JSON: the parser does.
 */
@NullMarked
package dev.weir.cli.input;

import org.jspecify.annotations.NullMarked;
