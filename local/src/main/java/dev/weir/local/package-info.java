/**
 * What Weir needs of AWS, on one machine: Kinesis, Redis and S3 as servers on the loopback address,
 * the sandbox that a function runs in, and the event source mapping that takes records from the one
 * to the other by Lambda's rules. Begin with {@link dev.weir.local.EventSourceMapping}.
 *
 * <p>It knows nothing of Weir's own code; the function is a folder with its unpacked zip.
 */
@NullMarked
package dev.weir.local;

import org.jspecify.annotations.NullMarked;
