package dev.weir.cli;

import picocli.CommandLine.Command;

@Command(name = "query")
final class QueryCommand implements Runnable {
  QueryCommand(Streams streams) {}

  @Override
  public void run() {}
}
