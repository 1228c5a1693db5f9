package dev.weir.claim;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The user that the Terraform module makes may do what claims need, on the keys of its name. */
final class RedisAccessIT {
  private static final Path MODULE = Path.of("../deploy/terraform/claims.tf");
  private static final String USER = "weir-function";
  private static final String PASSWORD = "open-sesame-4711";

  @TempDir private Path directory;
  private final TestClock clock = new TestClock(ClaimStoreContract.START);

  @Test
  void oneServer() throws IOException {
    try (TestRedis redis = TestRedis.start(directory)) {
      makeUser(redis);

      claimAndRebind(redis.uri());

      assertThrows(IOException.class, () -> open("other", redis.uri()).close());
    }
  }

  @Test
  void cluster() throws IOException {
    List<TestRedis> nodes = TestRedis.startCluster(directory, 3);
    try {
      nodes.forEach(this::makeUser);

      claimAndRebind(nodes.get(0).uri()); // as the module gives one endpoint
    } finally {
      nodes.forEach(TestRedis::close);
    }
  }

  private void claimAndRebind(URI server) throws IOException {
    try (RedisClaimStore store = open("weir", server)) {
      Attempt first = new Attempt((int) clock.instant().getEpochSecond(), 1);
      Attempt second = new Attempt((int) clock.instant().getEpochSecond(), 2);
      store.claim(ClaimStoreContract.claims(first, 0, 100_000));
      store.rebind(ClaimStoreContract.claims(second, 0, 50_000), first);
      store.done(second);

      assertEquals(Set.of(second), store.knownDone(List.of(first, second)));
    }
  }

  private RedisClaimStore open(String name, URI server) throws IOException {
    return RedisClaimStore.open(
        RedisClaimStoreContract.options(server).withName(name).withLogin(USER, () -> PASSWORD),
        clock);
  }

  private void makeUser(TestRedis redis) {
    List<String> words = new ArrayList<>(List.of("ACL", "SETUSER", USER, "on", ">" + PASSWORD));
    words.addAll(List.of("~weir:weir:*", "-@all"));
    try {
      String module = Files.readString(MODULE);
      String access = module.substring(module.indexOf("claims_access"));
      Pattern.compile("\"([a-z|]+)\"")
          .matcher(access.substring(access.indexOf("formatlist"), access.indexOf("]),")))
          .results()
          .forEach(command -> words.add("+" + command.group(1)));
    } catch (IOException e) {
      throw new AssertionError(e);
    }
    assertTrue(words.size() > 20, words.toString());
    redis.call(words.toArray(String[]::new));
  }
}
