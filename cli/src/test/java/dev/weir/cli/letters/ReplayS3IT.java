package dev.weir.cli.letters;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weir.cli.Invocation;
import dev.weir.lake.S3ProxyServer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.services.s3.S3Client;

/** Dead letters of a lake in S3. */
final class ReplayS3IT {
  private static final String BUCKET = "weir-replay";

  @TempDir static Path folder;

  private static S3ProxyServer server;
  private static Path config;

  @BeforeAll
  static void startServer() throws Exception {
    server = S3ProxyServer.inMemory(folder);
    server.createBucket(BUCKET);
    System.setProperty("aws.accessKeyId", S3ProxyServer.ACCESS_KEY_ID);
    System.setProperty("aws.secretAccessKey", S3ProxyServer.SECRET_ACCESS_KEY);
    config =
        Files.writeString(
            folder.resolve("s3.yaml"),
            "s3: {endpoint: '%s', region: us-east-1, path_style: true}\nquery: {cache: '%s'}\n"
                .formatted(server.uri(), folder.resolve("cache")));
  }

  @AfterAll
  static void stopServer() {
    System.clearProperty("aws.accessKeyId");
    System.clearProperty("aws.secretAccessKey");
    server.close();
  }

  @Test
  void lettersOfALakeInS3LandOnceAndConflictsFindTheirEvents() throws Exception {
    upload(LettersLake.create(folder).path());

    assertTrue(
        say("replay", "--claims", claims("claims")).contains("landed                          1"));
    assertTrue(
        say("replay", "--claims", claims("claims")).contains("already replayed                1"));
    String conflicts = say("dead-letters", "conflicts", "--format", "csv");
    assertTrue(conflicts.contains(",payload.n,1,7\r\n"), conflicts);

    // As if the window had passed and the mark were lost: the lake itself has to tell.
    try (S3Client client = server.client()) {
      client.listObjectsV2(list -> list.bucket(BUCKET).prefix("lake/_weir/")).contents().stream()
          .filter(object -> !object.key().contains("/attempts/"))
          .forEach(
              object -> client.deleteObject(delete -> delete.bucket(BUCKET).key(object.key())));
    }
    String again = say("replay", "--claims", claims("claims-of-later"));
    assertTrue(again.contains("landed                          0"), again);
    assertTrue(again.contains("duplicates                      1"), again);
    assertEquals(
        List.of("n", "2"),
        say("query", "SELECT count(*) AS n FROM events", "--format", "csv").lines().toList());
  }

  private static String claims(String name) {
    return folder.resolve(name).toString();
  }

  private static String say(String... command) {
    List<String> words = new ArrayList<>(List.of(command));
    words.addAll(List.of("--lake", "s3://" + BUCKET + "/lake", "--config", config.toString()));
    Invocation said = Invocation.of(words.toArray(String[]::new));
    assertEquals(0, said.code(), said.err());
    return said.out();
  }

  /** The lake moves to S3, and its claims stay in a folder. */
  private static void upload(Path lake) throws IOException {
    Files.move(lake.resolve("_weir/claims"), folder.resolve("claims"));
    try (S3Client client = server.client();
        Stream<Path> paths = Files.walk(lake)) {
      for (Path path : paths.filter(Files::isRegularFile).toList()) {
        String key = "lake/" + lake.relativize(path).toString().replace('\\', '/');
        client.putObject(put -> put.bucket(BUCKET).key(key), path);
      }
    }
  }
}
