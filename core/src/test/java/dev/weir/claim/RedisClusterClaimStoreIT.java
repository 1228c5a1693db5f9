package dev.weir.claim;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RedisClusterClaimStoreIT extends RedisClaimStoreContract {
  @TempDir private static Path directory;
  private static List<TestRedis> nodes = List.of();

  @BeforeAll
  static void startCluster() throws IOException {
    nodes = TestRedis.startCluster(directory, 3);
  }

  @AfterAll
  static void stopCluster() {
    nodes.forEach(TestRedis::close);
  }

  @Override
  protected List<TestRedis> redis() {
    return nodes;
  }

  @Test
  void oneServerOfTheClusterIsEnoughToFindTheOthers() throws IOException {
    try (var store = RedisClaimStore.open(options(nodes.get(1).uri()).withName(name), clock)) {
      assertEquals(3, store.servers().size());
      store.claim(claims(attempt(), 0, 1000));
    }
  }

  @Test
  void slotsThatMoveAreFollowed() throws IOException {
    String from = nodes.get(0).text("CLUSTER", "MYID");
    String to = nodes.get(2).text("CLUSTER", "MYID");
    try (var store = open()) {
      Attempt a = attempt();
      store.claim(claims(a, 0, 5000));
      for (int tag = 0; tag < 3; tag++) {
        String slot = Integer.toString(RedisLayout.slot(tag));
        nodes.get(2).call("CLUSTER", "SETSLOT", slot, "IMPORTING", from);
        nodes.get(0).call("CLUSTER", "SETSLOT", slot, "MIGRATING", to);
        List<String> keys =
            ((List<?>) nodes.get(0).call("CLUSTER", "GETKEYSINSLOT", slot, "100000"))
                .stream().map(k -> new String((byte[]) k)).toList();
        for (String key : keys) {
          nodes.get(0).call("MIGRATE", "127.0.0.1", "" + nodes.get(2).port(), key, "0", "5000");
        }
        if (tag == 0) {
          // All keys are over there already, but the slot is not: the server answers ASK.
          Claims during = claims(attempt(), 0, 5000);
          store.claim(during);
          assertTrue(IntStream.range(0, 5000).noneMatch(during::isMine));
        }
        for (TestRedis node : List.of(nodes.get(2), nodes.get(0), nodes.get(1))) {
          node.call("CLUSTER", "SETSLOT", slot, "NODE", to);
        }
      }
      Claims after = claims(attempt(), 0, 6000);
      store.claim(after);
      for (int i = 0; i < 6000; i++) {
        assertEquals(i < 5000 ? a : after.attempt(), after.owner(i));
      }
    }
  }

  @Test
  void serverThatLostItsPartFailsEveryCallAndTheStart() throws IOException {
    try (var store = open()) {
      store.claim(claims(attempt(), 0, 1000));
      for (String key : nodes.get(1).keys("weir:" + name + ":*")) {
        nodes.get(1).call("DEL", key);
      }
      Claims after = claims(attempt(), 0, 1000);
      var refused = assertThrows(IOException.class, () -> store.claim(after));
      assertTrue(refused.getMessage().contains("land events twice"), refused.getMessage());
      var stopped = assertThrows(IOException.class, this::open);
      assertTrue(stopped.getMessage().contains("a part of the claims"), stopped.getMessage());
      assertFalse(stopped.getMessage().contains("weir-claims"));
    }
  }

  /** However far a rebuild gets, nobody takes what is left for the claims that they were. */
  @Test
  void partThatWasLostMakesAllOfItNew() throws IOException {
    String lost;
    try (var store = open()) {
      lost = store.epoch();
      store.claim(claims(attempt(), 0, 3000));
      for (String key : nodes.get(1).keys("weir:" + name + ":*")) {
        nodes.get(1).call("DEL", key);
      }
      try (var rebuilt = RedisClaimStore.openToRebuild(options(), clock);
          var next = open()) {
        assertNotEquals(lost, rebuilt.epoch());
        assertEquals(rebuilt.epoch(), next.epoch());
        assertTrue(rebuilt.isUnused());
        assertThrows(IOException.class, () -> store.claim(claims(attempt(), 5000, 6000)));
        Claims anew = claims(attempt(), 0, 3000);
        rebuilt.claim(anew);
        assertTrue(IntStream.range(0, 3000).allMatch(anew::isMine));
      }
      try (var again = RedisClaimStore.openToRebuild(options(), clock);
          var same = open()) {
        assertEquals(same.epoch(), again.epoch(), "nothing was lost");
      }
    }
  }

  @Test
  void rebuildThatBrokeOffWhileItMadeTheEpochIsNoStore() throws IOException {
    open().close();
    TestRedis first = nodes.stream().filter(n -> !n.keys(epochKey(0)).isEmpty()).findAny().get();
    String old = first.text("GET", epochKey(0));
    for (String key : nodes.get(1).keys("weir:" + name + ":*")) {
      nodes.get(1).call("DEL", key);
    }
    first.call("SET", epochKey(0), "unfinished " + old.replaceAll("epoch=.{8}", "epoch=00000000"));
    assertThrows(IOException.class, this::open);
    RedisClaimStore.openToRebuild(options(), clock).close();
    open().close();
  }

  private String epochKey(int tag) {
    return new String(RedisLayout.epochKey(name, tag), StandardCharsets.US_ASCII);
  }
}
