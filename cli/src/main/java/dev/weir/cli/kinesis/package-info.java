/**
 * Lines onto a Kinesis stream, as a careful producer puts them.
 *
 * <p>Start with {@link dev.weir.cli.kinesis.KinesisSink}, which packs lines into requests; {@code
 * RecordSender} sends one and sees it through.
 */
@NullMarked
package dev.weir.cli.kinesis;

import org.jspecify.annotations.NullMarked;
