package dev.weir.decode;

import java.util.Locale;

/** The type of a JSON value. */
public enum FieldType {
  /** A string. */
  STRING,
  /** A number, whole or not. */
  NUMBER,
  /** True or false. */
  BOOLEAN,
  /** Null. */
  NULL,
  /** An object. */
  OBJECT,
  /** An array. */
  ARRAY;

  private final String word = name().toLowerCase(Locale.ROOT);

  /** The type as it is written in books and profiles. */
  public String word() {
    return word;
  }
}
