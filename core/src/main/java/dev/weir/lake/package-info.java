/**
 * The lake: where events land and where the protocol keeps its plans.
 *
 * <p>Start with {@link dev.weir.lake.Lake}, which knows keys, plans and seals; {@link
 * dev.weir.lake.ObjectStore} is the port below it: objects that are created if absent, as files
 * ({@link dev.weir.lake.LocalObjectStore}) or in S3 ({@link dev.weir.lake.S3ObjectStore}). Nothing
 * else writes to a lake. {@link dev.weir.lake.DataFiles} is what it asks of the files themselves.
 */
@NullMarked
package dev.weir.lake;

import org.jspecify.annotations.NullMarked;
