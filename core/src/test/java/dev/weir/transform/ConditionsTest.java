package dev.weir.transform;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weir.decode.EventFields;
import dev.weir.decode.Events;
import dev.weir.decode.ParserLimits;
import dev.weir.decode.RecordDecoder;
import dev.weir.quality.Expectation;
import dev.weir.quality.Expectation.OnViolation;
import dev.weir.quality.Requirement;
import dev.weir.record.Batch;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Conditions of expectations: which are taken, and what they say of events. */
class ConditionsTest {
  @TempDir private static Path staging;
  private static SqlTransform engine;

  @BeforeAll
  static void startEngine() throws Exception {
    engine = SqlTransform.open(new SqlTransform.Options(null, false, 128L << 20, staging, 3, 64));
  }

  @AfterAll
  static void stopEngine() {
    engine.close();
  }

  private static Expectation expectation(String name, String condition, String... types) {
    return new Expectation(name, new Requirement.Sql(condition), List.of(types), OnViolation.WARN);
  }

  private static Events events(String... namesAndPayloads) {
    StringBuilder text = new StringBuilder();
    int[] ends = new int[namesAndPayloads.length / 2];
    for (int i = 0; i < ends.length; i++) {
      text.append(
          "{\"event_uuid\":\"00000000-0000-7000-8000-%012d\",\"event_name\":\"%s\",\"created_at\":%d,\"payload\":%s}"
              .formatted(
                  i, namesAndPayloads[2 * i], 1_790_000_000 + i, namesAndPayloads[2 * i + 1]));
      ends[i] = text.length();
    }
    Batch.Builder batch =
        Batch.over("file", text.toString().getBytes(StandardCharsets.UTF_8)).shard("/in");
    for (int i = 0; i < ends.length; i++) {
      batch.add(i == 0 ? 0 : ends[i - 1], ends[i], i, 0);
    }
    return new RecordDecoder(EventFields.Preset.DEFAULT.fields(), ParserLimits.DEFAULT)
        .decode(batch.build());
  }

  private static long[] broken(Events events, Expectation... expectations) throws Exception {
    long[] asked = new long[events.names.size()];
    for (int name = 0; name < asked.length; name++) {
      for (int i = 0; i < expectations.length; i++) {
        String type = events.names.get(name).type();
        asked[name] |= expectations[i].appliesTo(type) ? 1L << i : 0;
      }
    }
    long[] broken = new long[events.count];
    engine.conditions(List.of(expectations)).evaluate(events, asked, broken);
    return broken;
  }

  @Test
  void conditionHasToBeTrueAndOneThatCannotBeEvaluatedIsNot() throws Exception {
    assertArrayEquals(
        new long[] {0, 1, 3, 1, 1},
        broken(
            events(
                "a:x", "{\"n\":1}",
                "a:x", "{\"n\":0}",
                "b", "{\"n\":\"one\"}",
                "a:x", "{}",
                "a:x", "null"),
            expectation("positive", "(payload ->> '$.n')::INTEGER > 0 -- or not"),
            expectation("subtype", "event_subtype = 'x'")));
  }

  @Test
  void conditionIsAskedOfItsTypesAsTheyWereSent() throws Exception {
    assertArrayEquals(
        new long[] {1, 0, 1, 2},
        broken(
            events("a", "1", "A", "1", "it's", "1", "%", "1"),
            expectation("never", "false", "a", "it's"),
            expectation("nor", "event_type <> '%'")));
  }

  @Test
  void sixtyFourConditionsHaveABitEach() throws Exception {
    Expectation[] all =
        IntStream.range(0, 64)
            .mapToObj(i -> expectation("e" + i, "created_at <> " + (1_790_000_000 + i)))
            .toArray(Expectation[]::new);
    String[] records =
        IntStream.range(0, 64)
            .boxed()
            .flatMap(i -> List.of("a", "1").stream())
            .toArray(String[]::new);
    assertArrayEquals(
        IntStream.range(0, 64).mapToLong(i -> 1L << i).toArray(), broken(events(records), all));
  }

  @Test
  void moreEventsThanTheEngineTakesAtOnceKeepTheirPlaces() throws Exception {
    String[] records =
        IntStream.range(0, 5_000)
            .boxed()
            .flatMap(i -> List.of(i % 7 == 0 ? "skipped" : "a", "{\"n\":" + i + "}").stream())
            .toArray(String[]::new);
    long[] broken =
        broken(events(records), expectation("sparse", "(payload ->> '$.n')::INT % 1000 <> 3", "a"));
    assertEquals(
        List.of(3, 1_003, 2_003, 4_003),
        IntStream.range(0, broken.length).filter(i -> broken[i] != 0).boxed().toList());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "true",
        "event_name LIKE 'a%'",
        "(payload ->> '$.a')::DOUBLE > 1 AND extra IS NULL",
        "list_contains([1, 2], (payload -> '$.a')::INT)",
        "len(list_filter((payload -> '$.a')::INT[], lambda x: x > 1)) > 0",
        "created_datetime > TIMESTAMPTZ '2020-01-01 00:00:00+00'",
        "date < DATE '2999-01-01'",
        "CASE WHEN event_type = 'a' THEN payload IS NOT NULL ELSE true END",
        "nullif(event_name, 'x') IS NOT NULL /* a macro */",
        "events.event_name <> ''",
        "age(created_datetime, created_datetime) = INTERVAL 0 DAY",
        "regexp_matches(event_name, 'a+')"
      })
  void whatFollowsFromTheEventIsTaken(String condition) throws Exception {
    broken(events("a", "{\"a\":1}"), expectation("fine", condition));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "created_at                                    | of type DOUBLE; allowed is a condition",
        "NULL                                          | allowed is a condition",
        "nothing > 1                                   | Binder Error",
        "created_at >                                  | syntax error",
        "nofunction(1)                                 | nofunction",
        "regexp_full_match(event_name, '[')            | missing ]",
        "shard_id = 'x'                                | shard_id",
        "sequence_number = '1'                         | sequence_number",
        "arrival_time > created_datetime               | arrival_time",
        "stream = 'x'                                  | stream",
        "created_datetime < now()                      | it calls 'now'",
        "created_datetime < NOW()                      | it calls 'now'",
        "date <= current_date                          | it calls 'current_date'",
        "date <= today()                               | it calls 'today'",
        "created_datetime < current_timestamp          | it calls 'current_timestamp'",
        "created_datetime < ago(INTERVAL 1 DAY)        | it calls 'current_timestamp'",
        "age(created_datetime) > INTERVAL 1 DAY        | it calls 'age with one argument'",
        "random() > 0.5                                | it calls 'random'",
        "system.main.random() > 0.5                    | it calls 'random'",
        "uuid() <> event_uuid                          | it calls 'uuid'",
        "user = 'x'                                    | it calls 'user'",
        "current_setting('threads') = '1'              | it calls 'current_setting'",
        "error('x')                                    | it calls 'error'",
        "count(*) > 1                                  | it calls 'count_star'",
        "max(created_at) > 1                           | it calls 'max'",
        "row_number() OVER () > 1                      | it has a window",
        "event_uuid IN (SELECT event_uuid FROM events) | it has a subquery",
        "EXISTS (FROM read_text('/etc/passwd'))        | it has a subquery",
        "COLUMNS(*) IS NOT NULL                        | it has a *",
        "$1                                            | it has a parameter",
        "weir_row > 1                                  | Weir's own",
        "true), (true                                  | it is more than one condition",
        "true) FROM events WHERE (true                 | syntax error",
        "true); DROP VIEW events; SELECT (true         | only SELECT statements",
        "true) FROM weir_dead_letters --               | ",
        "true) UNION SELECT (true                      | it is more than one condition",
        "true /*                                       | ",
      })
  void whatDoesNotStopsTheStartWithItsName(String condition, String message) {
    SqlException refused =
        assertThrows(
            SqlException.class,
            () -> engine.conditions(List.of(expectation("bad", condition))),
            condition);
    assertEquals(Optional.of("bad"), refused.expectation());
    assertTrue(
        message == null
            || String.valueOf(refused.getMessage())
                .toLowerCase(java.util.Locale.ROOT)
                .contains(message.toLowerCase(java.util.Locale.ROOT)),
        refused.getMessage());
  }
}
