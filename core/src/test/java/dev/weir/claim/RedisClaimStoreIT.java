package dev.weir.claim;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;

class RedisClaimStoreIT extends RedisClaimStoreContract {
  @TempDir private static Path directory;
  private static TestRedis redis;

  @BeforeAll
  static void startRedis() throws IOException {
    redis = TestRedis.start(directory);
  }

  @AfterAll
  static void stopRedis() {
    redis.close();
  }

  @Override
  protected List<TestRedis> redis() {
    return List.of(redis);
  }
}
