package dev.weir.cli.letters;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.weir.cli.Invocation;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/** A lake that {@code weir run} has filled, with dead letters of several kinds. */
record LettersLake(Path folder) {
  /** One level of nesting too many for {@link #create}, and none for the default limits. */
  private static final String DEEP =
      "{\"event_uuid\":\"%s\",\"event_name\":\"order:paid\",\"created_at\":1767225600,"
          + "\"payload\":{\"n\":[[[3]]]}}";

  static String id(int number) {
    return "00000000-0000-4000-8000-%012x".formatted(number);
  }

  static String event(int number, String name, String payload) {
    return "{\"event_uuid\":\"%s\",\"event_name\":\"%s\",\"created_at\":1767225600,\"payload\":%s}"
        .formatted(id(number), name, payload);
  }

  /**
   * One event (1) and five letters: no time (2), a conflict with the event, no JSON with bytes that
   * steer terminals, nested too deep (3), and an order whose id is no UUID.
   */
  static LettersLake create(Path folder) throws IOException {
    LettersLake lake = new LettersLake(folder);
    lake.run(
        List.of(
            event(1, "lesson:begun", "{\"n\":1}"),
            "{\"event_uuid\":\"%s\",\"event_name\":\"lesson:begun\",\"payload\":{\"n\":2}}"
                .formatted(id(2)),
            event(1, "lesson:begun", "{\"n\":7,\"\u202e\u0085x\":\"\\u001b[31m\"}"),
            "not json \u001b[31m\u202e\u009b",
            DEEP.formatted(id(3)),
            event(4, "order:paid", "{}").replace(id(4), "number four")),
        "limits: {max_depth: 3}");
    return lake;
  }

  Path path() {
    return folder.resolve("lake");
  }

  /** Lands records, with settings. */
  void run(List<String> records, String settings) throws IOException {
    Path input = folder.resolve("in-" + records.hashCode() + ".ndjson");
    Files.write(input, (String.join("\n", records) + "\n").getBytes(StandardCharsets.UTF_8));
    Path config = Files.writeString(folder.resolve("weir.yaml"), settings + "\n");
    Invocation run =
        Invocation.of(
            "run",
            "--input",
            input.toString(),
            "--lake",
            path().toString(),
            "--workers",
            "1",
            "--quiet",
            "--config",
            config.toString());
    assertEquals(0, run.code(), run.err());
  }

  /** What a command about this lake says; it must do well. */
  String say(String... command) {
    Invocation said = invoke(command);
    assertEquals(0, said.code(), said.err());
    return said.out();
  }

  /** Runs a command about this lake. */
  Invocation invoke(String... command) {
    return Invocation.of(withLake(command));
  }

  /** Runs a command about this lake as if a person looked on. */
  Invocation invokeOnTerminal(String... command) {
    return Invocation.onTerminal(withLake(command));
  }

  private String[] withLake(String... command) {
    List<String> words = new ArrayList<>(List.of(command));
    words.addAll(List.of("--lake", path().toString()));
    return words.toArray(String[]::new);
  }

  /** The rows of a query as CSV, without the header. */
  List<String> query(String sql) {
    return say("query", sql, "--format", "csv").lines().skip(1).toList();
  }

  /** The id of the only letter with a reason. */
  String letter(String reason) {
    List<String> ids =
        query("SELECT DISTINCT dead_letter_uuid FROM dead_letters WHERE reason = '" + reason + "'");
    assertEquals(1, ids.size(), reason);
    return ids.get(0);
  }

  /** As if the window had passed: the claims remember nothing. */
  void forgetClaims() throws IOException {
    delete(path().resolve("_weir/claims"));
    delete(path().resolve("_weir/claims-epoch"));
  }

  /** As if a replay had died before it marked its letters. */
  void loseMarks() throws IOException {
    delete(path().resolve("_weir/replayed"));
  }

  private static void delete(Path folder) throws IOException {
    try (Stream<Path> paths = Files.walk(folder)) {
      for (Path path : paths.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(path);
      }
    }
  }

  /** A lake of the same content in another folder; nobody uses either meanwhile. */
  LettersLake copy(Path to) throws IOException {
    LettersLake copy = new LettersLake(to);
    try (Stream<Path> paths = Files.walk(path())) {
      for (Path path : paths.toList()) {
        Files.copy(path, copy.path().resolve(path().relativize(path)));
      }
    }
    return copy;
  }

  /** Every file below the lake, with its size and time. */
  Map<String, String> files() throws IOException {
    Map<String, String> files = new TreeMap<>();
    try (Stream<Path> paths = Files.walk(path())) {
      for (Path path : paths.filter(Files::isRegularFile).toList()) {
        files.put(path.toString(), Files.size(path) + " " + Files.getLastModifiedTime(path));
      }
    }
    return files;
  }
}
