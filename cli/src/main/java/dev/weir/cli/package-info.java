/**
 * The {@code weir} command.
 *
 * <p>Start with {@link dev.weir.cli.Main}, which names the subcommands, each a class of its own
 * ({@code GenerateCommand}, {@code QueryCommand}, …); {@link dev.weir.cli.Failures} turns whatever
 * goes wrong in one of them into one line and an exit code.
 */
@NullMarked
package dev.weir.cli;

import org.jspecify.annotations.NullMarked;
