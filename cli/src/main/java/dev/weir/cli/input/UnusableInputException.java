package dev.weir.cli.input;

/**
 * An {@code --input} value names nothing that can be read. The message is one line for the user:
 * the value, what is wrong with it, what is allowed. The command stops before it reads anything.
 */
public final class UnusableInputException extends Exception {
  private static final long serialVersionUID = 1;

  UnusableInputException(String value, String problem) {
    super(
        ("input '%s' %s; allowed is a readable file, a folder with files,"
                + " a glob (* ** ? [a-z] {a,b}) that matches files, or - for standard input")
            .formatted(oneLine(value), problem));
  }

  private static String oneLine(String value) {
    return value.replaceAll("\\p{Cntrl}", "?");
  }
}
