/**
 * Serves what the ledger says while it grows: {@code weir monitor}, and {@code weir run --monitor}.
 * Begin with {@link dev.weir.cli.monitor.Monitor}.
 */
@NullMarked
package dev.weir.cli.monitor;

import org.jspecify.annotations.NullMarked;
