/**
 * Reads the ledger of a lake, the objects below {@code _weir/attempts/}, and keeps totals of it:
 * for {@code weir monitor} and {@code weir report}. Begin with {@link
 * dev.weir.cli.ledger.LedgerTail}.
 */
@NullMarked
package dev.weir.cli.ledger;

import org.jspecify.annotations.NullMarked;
