package dev.weir.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.util.concurrent.Callable;
import picocli.AutoComplete;
import picocli.CommandLine.Command;

/** {@code weir completion}. */
@Command(
    name = "completion",
    customSynopsis = "weir completion",
    header = "Print a script that makes bash and zsh complete commands and options.",
    footer = {
      "",
      "Examples:",
      "  source <(weir completion)",
      "  weir completion > ~/.local/share/bash-completion/completions/weir"
    })
final class CompletionCommand implements Callable<Integer> {
  private final Streams streams;

  CompletionCommand(Streams streams) {
    this.streams = streams;
  }

  @Override
  public Integer call() throws IOException {
    String script = AutoComplete.bash("weir", Main.commandLine(streams));
    streams.out().write(script.getBytes(UTF_8));
    return ExitCodes.OK;
  }
}
