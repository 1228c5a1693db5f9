/**
 * What Weir costs, measured from outside: whole processes over the same file, side by side.
 *
 * <p>Read {@link dev.weir.benchmarks.PipelineBenchmark} first, or {@link
 * dev.weir.benchmarks.StartBenchmark} for the start of the Lambda function; benchmarks/README.md
 * says what the figures mean.
 */
@NullMarked
package dev.weir.benchmarks;

import org.jspecify.annotations.NullMarked;
