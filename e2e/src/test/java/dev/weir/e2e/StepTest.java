package dev.weir.e2e;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.weir.e2e.Step.Kind;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class StepTest {
  private static final String ATTEMPT = "0102030405060708090a0b0c";
  private static final String ATTEMPT_BYTES = "\1\2\3\4\5\6\7\10\11\12\13\14";
  private static final String DEAD_BYTES = "\1\2\3\4\5\6\7\10\11\12\13\15";

  @Test
  void settingAnAbsentUuidIsAClaimOfTheAttemptInTheValue() {
    assertEquals(
        new Step(Kind.CLAIM, ATTEMPT, "", List.of("bucket/field")),
        step("HSETNX", "bucket", "field", ATTEMPT_BYTES + "hash"));
  }

  @Test
  void puttingOffABucketsExpiryIsAStepOfItsOwn() {
    assertEquals(new Step(Kind.RENEW, "", "", List.of("bucket")), step("EXPIRE", "bucket", "1000"));
  }

  @Test
  void scriptSettlesWithAndWithoutUuids() {
    assertEquals(
        new Step(Kind.SETTLE, ATTEMPT, "", List.of("a/field1", "b/field2")),
        script("", "field1hashfield2hash", "a", "b", "to look after"));
    assertEquals(new Step(Kind.SETTLE, ATTEMPT, "", List.of()), script("", ""));
  }

  @Test
  void scriptWithALoserTakesItsClaims() {
    assertEquals(
        new Step(Kind.REBIND, ATTEMPT, "0102030405060708090a0b0d", List.of("a/field1")),
        script(DEAD_BYTES, "field1hash", "a"));
  }

  @Test
  void doneIsToldFromOtherValuesThatAreSet() {
    assertEquals(Kind.DONE, step("SET", "weir:{0}:done:" + ATTEMPT, "1").kind());
    assertEquals(ATTEMPT, step("SET", "weir:{0}:done:" + ATTEMPT, "1").attempt());
    assertEquals(Kind.OTHER, step("SET", "weir:{0}:used", "1").kind());
    assertEquals(Kind.OTHER, step("INFO").kind());
  }

  @Test
  void whatNoRunIsKnownToSendIsRefused() {
    assertThrows(IllegalArgumentException.class, () -> step("HSET", "bucket", "field", "value"));
    assertThrows(
        IllegalArgumentException.class, () -> script("", "field1has", "a", "b"), "too short");
    assertThrows(
        IllegalArgumentException.class, () -> script("", "field1hashfield2hash", "a"), "too long");
  }

  /** A call of the script for these buckets, with fields of six bytes. */
  private static Step script(String from, String packed, String... buckets) {
    List<String> words = new ArrayList<>(List.of("EVALSHA", "id"));
    words.add(Integer.toString(1 + buckets.length));
    words.add("epoch");
    words.addAll(List.of(buckets));
    words.addAll(List.of("weir-claims", ATTEMPT_BYTES, from, "0", "6", packed, "700", "600"));
    return step(words.toArray(String[]::new));
  }

  private static Step step(String... words) {
    return Step.of(List.of(words).stream().map(word -> word.getBytes(ISO_8859_1)).toList());
  }
}
