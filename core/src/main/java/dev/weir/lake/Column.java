package dev.weir.lake;

/**
 * A column of the table.
 *
 * @param name its name
 * @param type its type, in the engine's words
 */
public record Column(String name, String type) {}
