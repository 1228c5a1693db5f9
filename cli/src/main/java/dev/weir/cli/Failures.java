package dev.weir.cli;

import java.io.IOException;
import java.io.PrintStream;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.IExecutionExceptionHandler;
import picocli.CommandLine.IParameterExceptionHandler;
import picocli.CommandLine.MissingParameterException;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.OverwrittenOptionException;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.TypeConversionException;
import picocli.CommandLine.UnmatchedArgumentException;

/** One line on standard error and an exit code for everything that goes wrong. */
final class Failures implements IParameterExceptionHandler, IExecutionExceptionHandler {
  private final PrintStream err;

  Failures(PrintStream err) {
    this.err = err;
  }

  /** The command line is wrong. */
  @Override
  public int handleParseException(ParameterException e, String[] args) {
    return usage(e.getCommandLine(), describe(e));
  }

  /** A command has thrown. */
  @Override
  public int handleExecutionException(
      Exception e, CommandLine command, @Nullable ParseResult parsed) {
    String name = command.getCommandSpec().qualifiedName();
    int code = ExitCodes.FAILED;
    if (e instanceof UsageException) {
      code = usage(command, String.valueOf(e.getMessage()));
    } else if (e instanceof CommandFailedException) {
      err.println(name + ": " + e.getMessage());
    } else if (isClosedOutput(e)) {
      code = ExitCodes.OUTPUT_CLOSED;
    } else {
      String hint = wantsStackTrace(command) ? "" : "; run it again with --stacktrace for details";
      err.println(name + ": unexpected " + oneLine(e) + hint);
    }
    if (wantsStackTrace(command)) {
      e.printStackTrace(err);
    }
    return code;
  }

  private int usage(CommandLine command, String message) {
    String name = command.getCommandSpec().qualifiedName();
    err.println(name + ": " + message + "; see " + name + " --help");
    return ExitCodes.USAGE;
  }

  private static String describe(ParameterException e) {
    ArgSpec argument = e.getArgSpec();
    if (e instanceof UnmatchedArgumentException unmatched) {
      return unmatched(unmatched);
    }
    if (e instanceof MissingParameterException missing) {
      return missing(missing);
    }
    if (e instanceof OverwrittenOptionException overwritten) {
      return name(overwritten.getOverwritten()) + " is given more than once; allowed is once";
    }
    if (argument != null && e.getCause() instanceof TypeConversionException allowed) {
      return "%s is '%s'; allowed is %s"
          .formatted(name(argument), e.getValue(), allowed.getMessage());
    }
    return oneLine(String.valueOf(e.getMessage()));
  }

  private static String unmatched(UnmatchedArgumentException e) {
    if (e.getUnmatched().isEmpty()) {
      // An option among the values of another one: picocli names it in the text only.
      Matcher option = Pattern.compile("'(-[^']*)'").matcher(String.valueOf(e.getMessage()));
      return option.find()
          ? "unknown option '%s'".formatted(option.group(1))
          : oneLine(String.valueOf(e.getMessage()));
    }
    String argument = e.getUnmatched().get(0);
    boolean option = argument.startsWith("-") && argument.length() > 1;
    boolean command = !option && !e.getCommandLine().getCommandSpec().subcommands().isEmpty();
    String kind = option ? "option" : command ? "command" : "argument";
    String problem = "unknown %s '%s'".formatted(kind, argument);
    List<String> similar = e.getSuggestions();
    if (command) {
      return problem
          + "; allowed is "
          + String.join(", ", e.getCommandLine().getCommandSpec().subcommands().keySet());
    }
    return similar.isEmpty() ? problem : problem + "; did you mean " + String.join(" or ", similar);
  }

  private static String missing(MissingParameterException e) {
    List<String> unmatched = e.getCommandLine().getUnmatchedArguments();
    if (!unmatched.isEmpty()) {
      // Most likely the missing option, misspelt.
      return unmatched(new UnmatchedArgumentException(e.getCommandLine(), unmatched));
    }
    // Picocli has one exception for both, told apart by its text only.
    if (String.valueOf(e.getMessage()).startsWith("Missing required parameter for option")) {
      ArgSpec argument = e.getMissing().get(0);
      return "%s has no value; it needs %s".formatted(name(argument), argument.paramLabel());
    }
    return e.getMissing().stream().map(Failures::name).collect(Collectors.joining(" and "))
        + (e.getMissing().size() == 1 ? " is missing" : " are missing");
  }

  private static String name(ArgSpec argument) {
    return argument instanceof OptionSpec option ? option.longestName() : argument.paramLabel();
  }

  private static boolean wantsStackTrace(CommandLine command) {
    CommandLine root = command;
    while (root.getParent() != null) {
      root = root.getParent();
    }
    return root.getCommand() instanceof Main main && main.stacktrace;
  }

  /** Told by the message: Java has no exception of its own for it. */
  private static boolean isClosedOutput(Exception e) {
    if (!(e instanceof IOException) || e.getMessage() == null) {
      return false;
    }
    String message = e.getMessage().toLowerCase(Locale.ROOT);
    return message.contains("broken pipe") || message.contains("pipe is being closed");
  }

  private static String oneLine(Exception e) {
    String message = e.getMessage();
    String type = e.getClass().getSimpleName();
    return message == null ? type : type + ": " + oneLine(message);
  }

  private static String oneLine(String text) {
    return text.strip().replaceAll("\\s*\\R\\s*", " ");
  }
}
