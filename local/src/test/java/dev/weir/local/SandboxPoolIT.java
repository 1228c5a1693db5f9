package dev.weir.local;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weir.local.FunctionReply.Status;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Sandboxes under Lambda's own runtime client, and what a pool makes of their ends. */
@Timeout(120)
class SandboxPoolIT {
  private static final Path CLASSES = Path.of("target", "test-classes");

  @TempDir private Path folder;

  @Test
  void sandboxIsUsedAgainAfterAnAnswerAndAfterAnError() throws Exception {
    try (SandboxPool pool = pool(Duration.ofSeconds(60), 1)) {
      FunctionReply first = invoke(pool, "one");
      assertEquals(Status.ANSWERED, first.status(), first.body());
      assertTrue(first.body().contains("one"), first.body());
      FunctionReply thrown = invoke(pool, "throw");
      assertEquals(Status.FAILED, thrown.status());
      assertTrue(thrown.body().contains("as it was told"), thrown.body());
      assertEquals(first.body(), invoke(pool, "one").body());
      assertEquals(1, pool.started());
      assertTrue(printed().contains("request " + first.requestId()), printed());
    }
  }

  @Test
  void sandboxThatTimesOutIsKilledAndReplaced() throws Exception {
    try (SandboxPool pool = pool(Duration.ofSeconds(5), 1)) {
      FunctionReply first = invoke(pool, "one");
      assertEquals(Status.TIMED_OUT, invoke(pool, "hang").status());
      assertEquals(0, pool.size());
      FunctionReply next = invoke(pool, "one");
      assertEquals(Status.ANSWERED, next.status());
      assertNotEquals(first.body(), next.body());
      assertEquals(2, pool.started());
    }
  }

  @Test
  void sandboxThatEndsIsAFailureAndReplaced() throws Exception {
    try (SandboxPool pool = pool(Duration.ofSeconds(60), 1)) {
      FunctionReply crashed = invoke(pool, "end");
      assertEquals(Status.CRASHED, crashed.status());
      assertTrue(crashed.body().contains("exit code 3"), crashed.body());
      assertEquals(Status.ANSWERED, invoke(pool, "one").status());
    }
  }

  @Test
  void functionThatDoesNotStartIsACrashWithItsReason() throws Exception {
    FunctionOptions options =
        FunctionOptions.of(CLASSES, "dev.weir.local.TestHandler::handleRequest", folder)
            .onJava(Path.of(System.getProperty("java.home")), List.of("-XX:NoSuchOption"));
    try (SandboxPool pool = new SandboxPool(LocalTools.installed(), options, 1)) {
      FunctionReply reply = invoke(pool, "one");
      assertEquals(Status.CRASHED, reply.status());
      assertTrue(reply.body().contains("NoSuchOption"), reply.body());
    }
  }

  @Test
  void invocationsBeyondTheConcurrencyAreThrottledAndClosingKillsTheRest() throws Exception {
    SandboxPool pool = pool(Duration.ofSeconds(60), 1);
    CompletableFuture<FunctionReply> hanging =
        CompletableFuture.supplyAsync(
            () -> {
              try {
                return invoke(pool, "hang");
              } catch (InterruptedException e) {
                throw new IllegalStateException(e);
              }
            });
    Waiting.until(Duration.ofSeconds(30), () -> pool.invoked().size() == 1, () -> "not begun");
    assertEquals(pool.busy(), pool.invoked());
    ProcessHandle process = pool.busy().get(0);
    assertEquals(Status.THROTTLED, invoke(pool, "one").status());
    pool.close();
    assertEquals(Status.CRASHED, hanging.get().status());
    assertFalse(process.isAlive());
  }

  private SandboxPool pool(Duration timeout, int concurrency) {
    FunctionOptions options =
        FunctionOptions.of(
                CLASSES, "dev.weir.local.TestHandler::handleRequest", folder.resolve("sandboxes"))
            .withTimeout(timeout);
    return new SandboxPool(LocalTools.installed(), options, concurrency);
  }

  private static FunctionReply invoke(SandboxPool pool, String what) throws InterruptedException {
    return pool.invoke(("\"" + what + "\"").getBytes(UTF_8));
  }

  private String printed() throws IOException {
    try (Stream<Path> files = Files.walk(folder)) {
      List<Path> logs = files.filter(file -> file.endsWith("output.log")).toList();
      StringBuilder all = new StringBuilder();
      logs.forEach(
          log -> {
            try {
              all.append(Files.readString(log));
            } catch (IOException e) {
              throw new UncheckedIOException(e);
            }
          });
      return all.toString();
    }
  }
}
