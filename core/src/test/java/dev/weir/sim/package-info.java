/**
 * The protocol in simulated schedules: real pipelines over stores, clocks and processes that are
 * not (docs/decisions/0008-simulator.md).
 *
 * <p>Start with {@code SimulatorTest}. {@code Simulation} is one schedule: the scheduler and the
 * faults; {@code Run} is an attempt that can be left and gone on with; {@code Audit} says what must
 * be true; {@code MutationTest} shows that it would see if it were not.
 */
package dev.weir.sim;
