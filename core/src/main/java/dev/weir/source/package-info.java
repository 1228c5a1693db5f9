/**
 * How a source packs its records: compression, and how documents follow each other.
 *
 * <p>{@link dev.weir.source.Content} undoes compression within limits, a {@link
 * dev.weir.source.Framer} finds where records begin and end in the {@link dev.weir.source.Window}
 * that is being read. Nothing here judges JSON: the parser does.
 */
@NullMarked
package dev.weir.source;

import org.jspecify.annotations.NullMarked;
