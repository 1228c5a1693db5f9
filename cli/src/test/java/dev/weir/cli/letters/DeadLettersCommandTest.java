package dev.weir.cli.letters;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weir.cli.Invocation;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

final class DeadLettersCommandTest {
  @TempDir private static Path folder;
  private static LettersLake lake;
  private static String bytes;
  private static String conflict;

  @BeforeAll
  static void fillLake() throws Exception {
    lake = LettersLake.create(folder);
    lake.say("replay", "--reason", "nesting_too_deep");
    bytes = lake.letter("invalid_json");
    conflict = lake.letter("conflicting_duplicate");
  }

  @Test
  void groupsCountOpenAndReplayedLetters() {
    assertEquals(
        List.of(
            "reason,open,replayed",
            "conflicting_duplicate,1,0",
            "invalid_id,1,0",
            "invalid_json,1,0",
            "missing_time,1,0",
            "nesting_too_deep,0,1"),
        columns(3, "dead-letters", "--format", "csv"));
  }

  @Test
  void groupsByTypeReadWhatTheRecordsAre() {
    assertEquals(
        List.of("event_type,open,replayed", "-,3,0", "lesson,1,0", "order,0,1"),
        columns(3, "dead-letters", "--by", "type", "--format", "csv"));
  }

  /** The first columns of each line of CSV. */
  private static List<String> columns(int count, String... command) {
    return lake.say(command)
        .lines()
        .map(line -> String.join(",", List.of(line.split(",")).subList(0, count)))
        .toList();
  }

  @ParameterizedTest
  @CsvSource({
    "--since 1d, 5",
    "--until 1d, 0",
    "--since 2001-01-01 --until 2001-01-02T00:00:00Z, 0",
    "--reason missing_time, 1",
    "'--reason missing_time,invalid*', 3",
  })
  void filtersChooseByReasonAndArrival(String options, int letters) {
    String[] command = ("dead-letters list --replayed --format csv " + options).split(" ");

    assertEquals(letters, lake.say(command).lines().count() - 1);
  }

  @Test
  void listHasPositionsAndNoReplayedLettersUnlessAskedFor() {
    assertEquals(4, lake.say("dead-letters", "list", "--format", "csv").lines().count() - 1);
    String list = lake.say("dead-letters", "list", "--replayed", "--format", "csv");

    assertEquals(5, list.lines().count() - 1);
    assertTrue(list.contains(",file,"), list);
    assertTrue(list.contains(",landed,"), list);
    assertEquals(
        2, lake.say("dead-letters", "list", "--limit", "1", "--format", "csv").lines().count());
  }

  @Test
  void showTellsEverythingAndEscapesTheBytes() {
    String shown = lake.say("dead-letters", "show", bytes.substring(0, 8));

    assertTrue(shown.contains("reason           invalid_json"), shown);
    assertTrue(shown.contains("\nnot json \\u001B[31m\\u202E\\u009B\n"), shown);
    assertTrue(shown.contains("replayed         no"), shown);
    String cut = lake.say("dead-letters", "show", bytes, "--bytes", "3");
    assertTrue(cut.contains("\nnot\n(16 more bytes"), cut);
    String hex = lake.say("dead-letters", "show", bytes, "--hex");
    assertTrue(hex.contains("00000000  6e 6f 74 20"), hex);
  }

  @Test
  void rawBytesGoToPipesOnly() {
    String expected = "not json \u001b[31m\u202e\u009b";

    String raw = lake.say("dead-letters", "show", bytes, "--raw");

    assertEquals(expected, raw);
    assertEquals(2, lake.invokeOnTerminal("dead-letters", "show", bytes, "--raw").code());
  }

  @Test
  void conflictIsShownBesideTheEventThatHasLanded() {
    String shown = lake.say("dead-letters", "show", conflict);

    assertTrue(shown.contains("         | event_name "), shown);
    assertTrue(shown.contains(" *       | payload.n  "), shown);
    List<String> conflicts =
        lake.say("dead-letters", "conflicts", "--format", "csv").lines().toList();
    assertEquals(3, conflicts.size(), conflicts.toString());
    assertTrue(conflicts.get(1).endsWith(",payload.n,1,7"), conflicts.get(1));
  }

  @Test
  void unknownAndAmbiguousIdsAreToldApart() {
    Invocation unknown = lake.invoke("dead-letters", "show", "ffff-");
    assertEquals(1, unknown.code());
    assertTrue(unknown.err().contains("there is no dead letter with the id ffff-"), unknown.err());

    Invocation wrong = lake.invoke("dead-letters", "show", "x'; DROP");
    assertEquals(2, wrong.code());
    assertTrue(wrong.err().contains("ID is 'x'; DROP'; allowed is"), wrong.err());
  }

  static List<String> everyAnswer() {
    return List.of(
        "dead-letters --by reason,type --format md",
        "dead-letters list",
        "dead-letters conflicts",
        "dead-letters conflicts --format csv",
        "dead-letters conflicts --format json",
        "dead-letters conflicts --format md",
        "dead-letters show CONFLICT",
        "dead-letters show BYTES",
        "dead-letters show BYTES --hex",
        "dead-letters show BYTES --format json");
  }

  @ParameterizedTest
  @MethodSource("everyAnswer")
  void nothingThatSteersATerminalReachesOne(String command) {
    String[] words = command.replace("CONFLICT", conflict).replace("BYTES", bytes).split(" ");

    Invocation said = lake.invokeOnTerminal(words);

    assertEquals(0, said.code(), said.err());
    assertFalse(
        (said.out() + said.err())
            .codePoints()
            .anyMatch(
                c ->
                    c != '\n' && c != '\r' && Character.isISOControl(c)
                        || c >= 0x202a && c <= 0x202e
                        || c >= 0x2066 && c <= 0x2069),
        said.out());
  }

  @Test
  void markdownEscapesMarkup() {
    String table = lake.say("dead-letters", "--format", "md");

    assertTrue(table.startsWith("| reason | open | replayed |"), table);
    assertTrue(
        table.contains("\n|---|---|---|---|---|\n| conflicting\\_duplicate | 1 | 0 | "), table);
  }
}
