/**
 * The protocol: decode, check, claim, resolve, write, plan, land, done, acknowledge.
 *
 * <p>Start with {@link dev.weir.pipeline.Pipeline}: the whole flow is one method. {@code Resolver}
 * decides what becomes of each record; {@link dev.weir.pipeline.Ledger} balances the books.
 */
@NullMarked
package dev.weir.pipeline;

import org.jspecify.annotations.NullMarked;
