/** Tests of the settings. */
@NullMarked
package dev.weir.settings;

import org.jspecify.annotations.NullMarked;
