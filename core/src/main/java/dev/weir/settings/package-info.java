/**
 * What a person may set, where it may be set, and what is said when it is set wrongly.
 *
 * <p>Start with {@link dev.weir.settings.Settings}, the values, then {@code Keys}, the one table
 * that the reading, the environment variables, the flags and the reference documents follow. A new
 * key is a line in that table, a component of its record in {@code Settings} and a line in {@link
 * dev.weir.settings.SettingsReader}; {@code config/reference.yaml} and {@code
 * docs/reference/settings.md} are written from the table by {@code SettingsDocsTest}.
 *
 * <p>No component receives the whole of the settings: the wiring hands each the values it needs.
 */
@NullMarked
package dev.weir.settings;

import org.jspecify.annotations.NullMarked;
