/**
 * Who owns an event: the binding of an event uuid to the attempt that may land it.
 *
 * <p>Start with {@link dev.weir.claim.ClaimStore}, the port; {@link dev.weir.claim.Claims} are the
 * columns that pass through it. {@link dev.weir.claim.EmbeddedClaimStore} is the adapter for one
 * machine: a log ({@code ClaimLog}) under an index in memory ({@code ClaimIndex}). {@link
 * dev.weir.claim.RedisClaimStore} is the one that many processes share: a script ({@code
 * claim.lua}) over small hashes ({@code RedisLayout}), their identity ({@code RedisEpoch}) and the
 * way to the servers ({@code RedisNodes}).
 */
@NullMarked
package dev.weir.claim;

import org.jspecify.annotations.NullMarked;
