/**
 * Dead letters as work: listing, showing and replaying them.
 *
 * <p>Start with {@link dev.weir.cli.letters.ReplayCommand}; {@link
 * dev.weir.cli.letters.DeadLettersCommand} only reads.
 */
@NullMarked
package dev.weir.cli.letters;

import org.jspecify.annotations.NullMarked;
