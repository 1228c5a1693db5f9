/**
 * The real command, from the outside: what it lands, what it refuses, and what is left after it was
 * killed.
 *
 * <p>Start with {@link dev.weir.e2e.KillIT} and {@link dev.weir.e2e.Auditor}, which shares no code
 * with what it audits. {@link dev.weir.e2e.WeirProcess} is a process of its own, from the jar that
 * the build has made; {@link dev.weir.e2e.Weir} runs the same command within the test, which is
 * faster. {@link dev.weir.e2e.LakeTables} looks at a lake as anybody can: DuckDB over its files.
 */
package dev.weir.e2e;
