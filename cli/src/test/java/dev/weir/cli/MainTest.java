package dev.weir.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class MainTest {
  @ParameterizedTest
  @ValueSource(
      strings = {
        "weir",
        "run",
        "generate",
        "query",
        "monitor",
        "report",
        "dead-letters",
        "dead-letters list",
        "dead-letters show",
        "dead-letters conflicts",
        "replay",
        "local",
        "doctor",
        "completion"
      })
  void helpReadsAsTheGoldenFileSays(String command) throws IOException {
    String[] words = (command + " --help").replaceFirst("^weir ", "").split(" ");
    Invocation help = Invocation.of(words);

    assertEquals(golden("help-" + command.replace(' ', '-') + ".txt"), help.out());
    assertEquals("", help.err());
    assertEquals(ExitCodes.OK, help.code());
  }

  @Test
  void versionNamesWeirDuckDbAndJava() {
    Invocation version = Invocation.of("--version");

    List<String> lines = version.out().lines().toList();
    assertTrue(lines.get(0).matches("weir \\d+\\.\\d+\\.\\d+.*"), lines.get(0));
    assertTrue(lines.get(1).matches("DuckDB \\d+\\.\\d+\\.\\d+.*"), lines.get(1));
    assertTrue(lines.get(2).startsWith("Java " + System.getProperty("java.version")), lines.get(2));
    assertEquals(3, lines.size());
    assertEquals(ExitCodes.OK, version.code());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      textBlock =
          """
          ""                             | weir: a command is missing; see weir --help
          flow                           | weir: unknown command 'flow'; allowed is run, generate, query, monitor, report, dead-letters, replay, local, doctor, completion; see weir --help
          --verbose                      | weir: unknown option '--verbose'; did you mean --version; see weir --help
          generate                       | weir generate: --events is missing; see weir generate --help
          generate --events              | weir generate: --events has no value; it needs N; see weir generate --help
          generate --events 1 --events 2 | weir generate: --events is given more than once; allowed is once; see weir generate --help
          generate --events ten          | weir generate: --events is 'ten'; allowed is a whole number from 0 to 10000000000; see weir generate --help
          generate --events -1           | weir generate: --events is '-1'; allowed is a whole number from 0 to 10000000000; see weir generate --help
          generate --event 1             | weir generate: unknown option '--event'; did you mean --events; see weir generate --help
          generate --events 1 more       | weir generate: unknown argument 'more'; see weir generate --help
          generate --events 1 --types 0  | weir generate: --types is '0'; allowed is a whole number from 1 to 10000; see weir generate --help
          generate --events 1 --duplicates 101% | weir generate: --duplicates is '101%'; allowed is 0% to 100% in steps of 0.0001%, or the same as 0 to 1; see weir generate --help
          generate --events 1 --malformed -1%   | weir generate: --malformed is '-1%'; allowed is 0% to 100% in steps of 0.0001%, or the same as 0 to 1; see weir generate --help
          generate --events 1 --start soon      | weir generate: --start is 'soon'; allowed is a date from 1970-01-01 to 2199-12-31; see weir generate --help
          generate --events 1 --start 2199-12-31 | weir generate: --start is '2199-12-31'; allowed is 1970-01-01 to 2199-12-30 with --days 2; see weir generate --help
          generate --events 1 --out no/such/folder/events.ndjson | weir generate: --out is 'no/such/folder/events.ndjson'; allowed is a file that can be written (there is no folder @/no/such/folder); see weir generate --help
          generate --events 1 --rate 0   | weir generate: --rate is '0'; allowed is a whole number from 1 to 1000000; see weir generate --help
          generate --events 1 --to clicks | weir generate: --to is 'clicks'; allowed is kinesis://STREAM, with ?region=REGION and &endpoint=URL where they are needed (it is no address of a stream); see weir generate --help
          generate --events 1 --to kinesis://a --out b | weir generate: --out and --to are given; allowed is one of them; see weir generate --help
          doctor --format xml            | weir doctor: --format is 'xml'; allowed is table or json; see weir doctor --help
          local --shards 0               | weir local: --shards is '0'; allowed is a whole number from 1 to 16; see weir local --help
          local --window 6m              | weir local: --window is '6m'; allowed is a time from 0s to 300s, as in 500ms, 10s or 2m; see weir local --help
          monitor                        | weir monitor: lake.path is not set; set it by --lake, WEIR_LAKE_PATH or lake.path in the settings file; see weir monitor --help
          monitor --lake no-such-lake    | weir monitor: --lake is 'no-such-lake'; allowed is the folder of a lake (there is nothing at this path); see weir monitor --help
          monitor --lake . --port 65536  | weir monitor: --port is '65536'; allowed is a whole number from 0 to 65535; see weir monitor --help
          monitor --lake . --interval 0s | weir monitor: --interval is '0s'; allowed is a time from 1s to 3600s, as in 10s, 2m, 3h or 7d; see weir monitor --help
          report --lake . --since soon   | weir report: --since is 'soon'; allowed is a time before now, as in 90m, 24h or 7d; see weir report --help
          report --lake . --format xml   | weir report: --format is 'xml'; allowed is html, json or md; see weir report --help
          report --lake . --out .        | weir report: --out is '.'; allowed is a file in a folder that can be written; see weir report --help
          query                          | weir query: SQL is missing; see weir query --help
          query SELECT                   | weir query: lake.path is not set; set it by --lake, WEIR_LAKE_PATH or lake.path in the settings file; see weir query --help
          query --lake .                 | weir query: SQL is missing; see weir query --help
          dead-letters --lake . --by name | weir dead-letters: --by is 'name'; allowed is reason, type, day or hour; see weir dead-letters --help
          dead-letters show --lake .      | weir dead-letters show: ID is missing; see weir dead-letters show --help
          replay --lake . --since soon    | weir replay: --since is 'soon'; allowed is a day as in 2026-01-31, a time as in 2026-01-31T12:00:00Z, or a time ago as in 7d or 12h; see weir replay --help
          replay --lake . --id x          | weir replay: --id is 'x'; allowed is a dead_letter_uuid; see weir replay --help
          replay --lake . --limit 0       | weir replay: --limit is '0'; allowed is a whole number from 1 to 10000000; see weir replay --help
          query x --lake . --format xml  | weir query: --format is 'xml'; allowed is table, csv, json or md; see weir query --help
          query x --lake . --date 1      | weir query: --date is '1'; allowed is a day or two with .. between them, as in 2026-01-01..2026-01-31; see weir query --help
          query x --lake . --date 2026-01-02..2026-01-01 | weir query: --date is '2026-01-02..2026-01-01'; allowed is a day or two with .. between them, as in 2026-01-01..2026-01-31; see weir query --help
          query x --lake s3:/b           | weir query: lake.path is 's3:/b' (--lake); allowed is a folder or s3://bucket/prefix; see weir query --help
          query x --lake no-such-lake    | weir query: --lake is 'no-such-lake'; allowed is the folder of a lake (there is nothing at this path); see weir query --help
          query x --lake pom.xml         | weir query: --lake is 'pom.xml'; allowed is the folder of a lake (this is a file); see weir query --help
          """)
  void wrongUsageIsOneLineThatNamesWhatIsAllowed(String arguments, String line) {
    Invocation wrong = arguments.isEmpty() ? Invocation.of() : Invocation.of(arguments.split(" "));

    String expected = line.replace("@", System.getProperty("user.dir"));
    assertEquals(expected + System.lineSeparator(), wrong.err());
    assertEquals("", wrong.out());
    assertEquals(ExitCodes.USAGE, wrong.code());
  }

  @Test
  void unexpectedFailureIsOneLineAndOnRequestAStackTrace() {
    Invocation brief = onto(new FailingOutput("disk\nfull"), "generate", "--events", "1");
    assertEquals(
        "weir generate: unexpected IOException: disk full; run it again with --stacktrace for"
            + " details"
            + System.lineSeparator(),
        brief.err());
    assertEquals(ExitCodes.FAILED, brief.code());

    Invocation full =
        onto(new FailingOutput("disk full"), "generate", "--events", "1", "--stacktrace");
    assertTrue(full.err().startsWith("weir generate: unexpected IOException: disk full"));
    assertTrue(full.err().contains("at dev.weir.cli."), full.err());
    assertEquals(ExitCodes.FAILED, full.code());
  }

  @Test
  void readerThatGoesAwayEndsTheCommandSilently() {
    Invocation cut = onto(new FailingOutput("Broken pipe"), "generate", "--events", "1");

    assertEquals("", cut.err());
    assertEquals(ExitCodes.OUTPUT_CLOSED, cut.code());
  }

  @Test
  void completionIsAScriptThatKnowsCommandsAndOptions() {
    Invocation completion = Invocation.of("completion");

    assertTrue(completion.out().startsWith("#!/usr/bin/env bash"));
    assertTrue(completion.out().contains("complete -F _complete_weir -o default weir"));
    assertTrue(completion.out().contains("--duplicates"));
    assertEquals(ExitCodes.OK, completion.code());
  }

  private static Invocation onto(OutputStream out, String... args) {
    ByteArrayOutputStream err = new ByteArrayOutputStream();
    InputStream in = new ByteArrayInputStream(new byte[0]);
    PrintStream messages = new PrintStream(err, true, UTF_8);
    int code = Main.execute(new Streams(in, out, messages, false, false), args);
    return new Invocation(code, "", err.toString(UTF_8));
  }

  private static String golden(String name) throws IOException {
    try (InputStream in = Objects.requireNonNull(MainTest.class.getResourceAsStream(name), name)) {
      return new String(in.readAllBytes(), UTF_8);
    }
  }

  private static final class FailingOutput extends OutputStream {
    private final String message;

    FailingOutput(String message) {
      this.message = message;
    }

    @Override
    public void write(int b) throws IOException {
      throw new IOException(message);
    }
  }
}
