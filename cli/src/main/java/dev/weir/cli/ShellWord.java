package dev.weir.cli;

/** Texts for people to paste into a shell. */
public final class ShellWord {
  private ShellWord() {}

  /** A text as a shell takes it back, in quotes where it needs them. */
  public static String of(String text) {
    return text.matches("[A-Za-z0-9_./~+@%,:=-]+") ? text : "'" + text.replace("'", "'\\''") + "'";
  }
}
