/**
 * {@code weir run}: batches of the inputs through the pipeline, and what came of it.
 *
 * <p>Start with {@link dev.weir.cli.run.RunCommand}; {@code RunJob} is the work.
 */
@NullMarked
package dev.weir.cli.run;

import org.jspecify.annotations.NullMarked;
