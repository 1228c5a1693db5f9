/**
 * The real command, from the outside: what it lands, what it refuses, and what is left after it was
 * killed.
 *
 * <p>Start with {@link dev.weir.e2e.KillIT} and {@link dev.weir.e2e.Auditor}, which shares no code
 * with what it audits. {@link dev.weir.e2e.WeirProcess} is a process of its own, from the jar that
 * the build has made; {@link dev.weir.e2e.Weir} runs the same command within the test, which is
 * faster. {@link dev.weir.e2e.LakeTables} looks at a lake as anybody can: DuckDB over its files.
 *
 * <p>Lakes in S3 with claims in Redis have tests of their own, with one S3 and one Redis for all of
 * them ({@link dev.weir.e2e.Torture}): begin with {@link dev.weir.e2e.KillPointsIT}. A {@link
 * dev.weir.e2e.WiredRun} reaches its stores over wires that know each {@link dev.weir.e2e.Step} of
 * the protocol, so that an {@link dev.weir.e2e.Ambush} can meet it at any of them, and a {@link
 * dev.weir.e2e.Storm} can lose what is asked and answered. What was done and what came of it is
 * counted in {@link dev.weir.e2e.Tally}.
 */
package dev.weir.e2e;
