/**
 * The function that Lambda calls with records of a Kinesis stream.
 *
 * <p>Start with {@link dev.weir.lambda.EventHandler}, then {@code Invocation}: {@code EventBatches}
 * makes batches of an event, {@code Landing} takes them through the pipeline, {@code Answer} says
 * which records have to come again. {@code Sandbox} holds what lives as long as the process.
 */
@NullMarked
package dev.weir.lambda;

import org.jspecify.annotations.NullMarked;
