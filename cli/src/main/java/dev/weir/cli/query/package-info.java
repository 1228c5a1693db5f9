/**
 * SQL over a lake, for people and for tests.
 *
 * <p>Start with {@link dev.weir.cli.query.LakeViews}, which opens DuckDB with the views; {@link
 * dev.weir.cli.query.ResultFormat} writes a result as a table, as CSV or as JSON.
 */
@NullMarked
package dev.weir.cli.query;

import org.jspecify.annotations.NullMarked;
