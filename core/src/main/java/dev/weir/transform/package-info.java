/**
 * Events to Parquet files: the batch as the table {@code events}, one SQL statement over it, one
 * file per partition on local disk.
 *
 * <p>Start with {@link dev.weir.transform.Transform}, the step as the pipeline sees it, and {@link
 * dev.weir.transform.SqlTransform}, which takes it; {@code EventTable} hands rows to the engine and
 * {@code SqlGuard} says what a user's SQL may do. The built-in statement is {@code events.sql}.
 */
@NullMarked
package dev.weir.transform;

import org.jspecify.annotations.NullMarked;
