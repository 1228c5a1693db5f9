/**
 * Synthetic events for tests, benchmarks and first steps: the same settings give the same bytes on
 * any machine.
 *
 * <p>Start with {@link dev.weir.cli.generate.EventGenerator}, which decides which line stands
 * where; {@code SyntheticEvent} writes one event, {@link dev.weir.cli.generate.MalformedLine} one
 * line that is none.
 */
@NullMarked
package dev.weir.cli.generate;

import org.jspecify.annotations.NullMarked;
