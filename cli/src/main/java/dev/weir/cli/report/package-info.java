/**
 * Tells people what the ledger says: what needs attention, then the numbers, as JSON, Markdown or a
 * page. Begin with {@link dev.weir.cli.report.Attention}.
 */
@NullMarked
package dev.weir.cli.report;

import org.jspecify.annotations.NullMarked;
