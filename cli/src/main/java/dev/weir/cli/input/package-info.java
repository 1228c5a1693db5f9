/**
 * The input side of the command line: files, globs, folders and standard input become batches.
 *
 * <p>Start with {@link dev.weir.cli.input.InputReader}, which fills one batch after the other.
 * {@link dev.weir.cli.input.InputFiles} decides what is read, {@code Content} undoes compression, a
 * {@code Framer} finds where records begin and end in the {@code Window} that is being read.
 * Nothing here judges JSON: the parser does.
 */
@NullMarked
package dev.weir.cli.input;

import org.jspecify.annotations.NullMarked;
