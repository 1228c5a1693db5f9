package dev.weir.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weir.local.FunctionReply;
import dev.weir.local.FunctionReply.Status;
import dev.weir.local.InvocationListener;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * What each invocation of the function answered, to be compared with the books in the lake.
 *
 * <p>The exact relation, which {@link #reconcile} asserts: an invocation that answered names its
 * attempts in its last log line; each of them has a plan that was never sealed, and the sums of
 * their books are the answer. An attempt that no such line names belongs to an invocation that was
 * killed, frozen or timed out, or was given up within one that went on: what of it has landed is in
 * the lake's books and in no answer. Together they are everything.
 */
final class Invocations implements InvocationListener {
  private static final Pattern REQUEST = Pattern.compile("\"request_id\":\"([^\"]+)\"");
  private static final Pattern ATTEMPTS = Pattern.compile("\"attempts\":\\[([^\\]]*)]");
  private static final Pattern COUNTS =
      Pattern.compile(
          "\"num_events_processed\":(\\d+),\"num_duplicate_events\":(\\d+),"
              + "\"num_dead_letters\":(\\d+),\"num_filtered_events\":(\\d+)");

  /**
   * Documents, by what became of them.
   *
   * @param received the sum of the others
   */
  record Books(long received, long landed, long duplicates, long deadLetters, long filtered) {
    static final Books NONE = new Books(0, 0, 0, 0, 0);

    Books plus(Books other) {
      return new Books(
          received + other.received,
          landed + other.landed,
          duplicates + other.duplicates,
          deadLetters + other.deadLetters,
          filtered + other.filtered);
    }
  }

  /**
   * Where the lake's books come from.
   *
   * @param answered the attempts of invocations that answered
   * @param silent all other attempts, seals taken off
   */
  record Origin(Books answered, Books silent, int silentAttempts) {}

  private final Map<String, Books> answers = new HashMap<>();
  private final Map<Status, Integer> statuses = new HashMap<>();

  @Override
  public synchronized void invoked(
      String shard, List<String> sequenceNumbers, FunctionReply reply) {
    statuses.merge(reply.status(), 1, Integer::sum);
    if (reply.isAnswer()) {
      Matcher counts = COUNTS.matcher(reply.body());
      assertTrue(counts.find(), reply.body());
      long[] n = new long[4];
      Arrays.setAll(n, i -> Long.parseLong(counts.group(i + 1)));
      Books books = new Books(n[0] + n[1] + n[2] + n[3], n[0], n[1], n[2], n[3]);
      assertNull(answers.put(reply.requestId(), books), "answered twice");
    }
  }

  synchronized int count(Status status) {
    return statuses.getOrDefault(status, 0);
  }

  /** Compares every answer with the books of its attempts; see above. */
  synchronized Origin reconcile(Path sandboxes, Path lake) throws IOException {
    Map<String, List<String>> attempts = attemptsByRequest(sandboxes);
    Map<String, Books> plans = plans(lake, "planned");
    Map<String, Books> sealed = plans(lake, "sealed");
    Books answered = Books.NONE;
    Set<String> named = new HashSet<>();
    for (Map.Entry<String, Books> answer : answers.entrySet()) {
      List<String> own = attempts.get(answer.getKey());
      assertTrue(own != null, () -> "no log line of " + answer.getKey());
      Books sum = Books.NONE;
      for (String attempt : own) {
        assertTrue(named.add(attempt), () -> attempt + " belongs to two invocations");
        assertTrue(plans.containsKey(attempt), () -> attempt + " has no plan");
        assertTrue(!sealed.containsKey(attempt), () -> attempt + " answered and was sealed");
        sum = sum.plus(plans.get(attempt));
      }
      assertEquals(answer.getValue(), sum, answer.getKey());
      answered = answered.plus(sum);
    }
    Books silent = Books.NONE;
    int silentAttempts = 0;
    for (Map.Entry<String, Books> plan : plans.entrySet()) {
      if (!named.contains(plan.getKey())) {
        silent = silent.plus(sealed.getOrDefault(plan.getKey(), plan.getValue()));
        silentAttempts++;
      }
    }
    return new Origin(answered, silent, silentAttempts);
  }

  /** The attempts in the last line of each invocation that got so far. */
  private static Map<String, List<String>> attemptsByRequest(Path sandboxes) throws IOException {
    Map<String, List<String>> attempts = new HashMap<>();
    List<Path> logs;
    try (Stream<Path> files = Files.walk(sandboxes)) {
      logs = files.filter(file -> file.endsWith("output.log")).toList();
    }
    for (Path log : logs) {
      String text = new String(Files.readAllBytes(log), StandardCharsets.UTF_8);
      for (String line : text.lines().filter(l -> l.contains("\"landed an event\"")).toList()) {
        Matcher request = REQUEST.matcher(line);
        Matcher names = ATTEMPTS.matcher(line);
        if (request.find() && names.find()) {
          List<String> own = new ArrayList<>();
          Pattern.compile("[^\",]+")
              .matcher(names.group(1))
              .results()
              .forEach(n -> own.add(n.group()));
          assertNull(attempts.put(request.group(1), own), "two lines of one invocation");
        }
      }
    }
    return attempts;
  }

  private static Map<String, Books> plans(Path lake, String state) {
    Map<String, Books> plans = new HashMap<>();
    try (Duck duck = new Duck()) {
      String sql =
          """
          SELECT attempt, received, landed, duplicates, dead_letters, filtered
          FROM read_json('%s/_weir/attempts/*.json', columns = {attempt: 'VARCHAR',
            state: 'VARCHAR', received: 'BIGINT', landed: 'BIGINT', duplicates: 'BIGINT',
            dead_letters: 'BIGINT', filtered: 'BIGINT'})
          WHERE state = '%s'
          """;
      for (List<String> row : duck.rows(sql.formatted(lake, state))) {
        long[] n = row.stream().skip(1).mapToLong(Long::parseLong).toArray();
        Books books = new Books(n[0], n[1], n[2], n[3], n[4]);
        assertEquals(n[0], n[1] + n[2] + n[3] + n[4], () -> "out of balance: " + row);
        assertNull(plans.put(row.get(0), books));
      }
    }
    return plans;
  }
}
