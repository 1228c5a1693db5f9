package dev.weir.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weir.e2e.Ambush.Point;
import dev.weir.e2e.Step.Kind;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Where a run is met on its way through the claims of a batch. */
class AmbushTest {
  private static final String RUN = "a";
  private static final String DEAD = "b";
  private static final int CLAIMS = 40;

  /** What a run asks for: new uuids, and some that a dead one has, in two calls each. */
  private static final List<Step> STEPS =
      Stream.of(
              Stream.generate(() -> new Step(Kind.CLAIM, RUN, "", List.of())).limit(CLAIMS),
              Stream.of(new Step(Kind.RENEW, "", "", List.of())),
              Stream.generate(() -> new Step(Kind.SETTLE, RUN, "", List.of())).limit(2),
              Stream.of(new Step(Kind.FENCE, DEAD, "", List.of())),
              Stream.generate(() -> new Step(Kind.REBIND, RUN, DEAD, List.of())).limit(2),
              Stream.of(new Step(Kind.PLAN, RUN, "", List.of("file"))))
          .flatMap(steps -> steps)
          .toList();

  @Test
  void eachPointIsWhereItSays() throws IOException {
    int settle = CLAIMS + 1;
    assertEquals("before 0", meeting(Point.BEFORE_CLAIMS, 0));
    assertEquals("before " + CLAIMS, meeting(Point.AFTER_CLAIMS, 0));
    assertEquals("before " + settle, meeting(Point.BEFORE_SETTLE, 0));
    assertEquals("before " + (settle + 1), meeting(Point.AMONG_SETTLES, 0));
    assertEquals("after " + settle, meeting(Point.AFTER_SETTLE, 0));
    assertEquals("before " + (settle + 2), meeting(Point.BEFORE_FENCE, 0));
    assertEquals("before " + (settle + 3), meeting(Point.BEFORE_REBIND, 0));
    assertEquals("before " + (settle + 4), meeting(Point.AMONG_REBINDS, 0));
    assertEquals("before " + (settle + 5), meeting(Point.BEFORE_PLAN, 0));
  }

  @Test
  void amongClaimsSomeAreSetAndSomeAreNot() throws IOException {
    for (int seed = 0; seed < 50; seed++) {
      String met = meeting(Point.AMONG_CLAIMS, seed);
      assertTrue(met.matches("before \\d+"), met);
      int at = Integer.parseInt(met.substring("before ".length()));
      assertTrue(at > 0 && at < CLAIMS, met);
    }
  }

  @Test
  void manyClaimsAreFewOfAnyStep() throws IOException {
    List<String> met = new ArrayList<>();
    for (int passes = 0; passes < 9; passes++) {
      met.add(meeting(Point.ANY_STEP, 0, passes));
    }
    int settle = CLAIMS + 1;
    assertEquals("before 0", met.get(0));
    assertTrue(met.get(1).matches("before ([1-9]|[12]\\d)"), met.get(1));
    assertEquals("before " + CLAIMS, met.get(2));
    for (int i = 0; i < 6; i++) {
      assertEquals("before " + (settle + i), met.get(3 + i));
    }
  }

  private static String meeting(Point point, long seed) throws IOException {
    return meeting(point, seed, 0);
  }

  /** Where a run is met that takes every claim. */
  private static String meeting(Point point, long seed, int passes) throws IOException {
    Ambush ambush = Ambush.at(point, passes, seed, (run, step) -> false);
    for (int i = 0; i < STEPS.size(); i++) {
      if (!ambush.before(STEPS.get(i), null)) {
        return "before " + i;
      }
      if (!ambush.after(STEPS.get(i), true, null)) {
        return "after " + i;
      }
    }
    return "not met";
  }
}
