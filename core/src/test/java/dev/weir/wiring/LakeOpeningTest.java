package dev.weir.wiring;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import dev.weir.settings.Settings;
import dev.weir.settings.SettingsReader;
import dev.weir.transform.SqlException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The lake in S3 is opened beside everything else, and given up with it. */
class LakeOpeningTest {
  @TempDir Path folder;

  @BeforeEach
  void setCredentials() {
    System.setProperty("aws.accessKeyId", "id");
    System.setProperty("aws.secretAccessKey", "secret");
  }

  @AfterEach
  void clearCredentials() {
    System.clearProperty("aws.accessKeyId");
    System.clearProperty("aws.secretAccessKey");
  }

  @Test
  void wrongSqlGivesUpTheLakeThatDoesNotAnswer() throws Exception {
    // It takes connections, and says nothing.
    try (ServerSocket silent = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
      Map<String, String> environment = new HashMap<>();
      environment.put("WEIR_LAKE_PATH", "s3://bucket/lake");
      environment.put("WEIR_S3_REGION", "us-east-1");
      environment.put("WEIR_S3_ENDPOINT", "http://127.0.0.1:" + silent.getLocalPort());
      environment.put("WEIR_S3_PATH_STYLE", "true");
      environment.put("WEIR_S3_IDLE_TIMEOUT", "1s");
      environment.put("WEIR_CLAIMS_PATH", folder.resolve("claims").toString());
      environment.put("WEIR_RUN_STAGING", folder.resolve("staging").toString());
      environment.put("WEIR_TRANSFORM_SQL_TEXT", "SELECT no_column FROM events");
      Settings settings = new SettingsReader(environment, 1).read(null, Map.of());
      assertTimeoutPreemptively(
          Duration.ofSeconds(60),
          () ->
              assertThrows(
                  SqlException.class, () -> Wiring.open(settings, Clock.systemUTC()).close()));
    }
    List<String> left =
        Thread.getAllStackTraces().keySet().stream()
            .map(Thread::getName)
            .filter("weir-lake-opening"::equals)
            .toList();
    assertEquals(List.of(), left);
  }
}
