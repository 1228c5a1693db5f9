package dev.weir.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class GenerateCommandTest {
  @TempDir Path folder;

  @Test
  void writesToStandardOutputAndTheTotalsToStandardError() {
    Invocation run = Invocation.of("generate", "--events", "1000");

    assertEquals(1_021, run.out().lines().count());
    assertEquals(
        "{\"events\":1000,\"duplicates\":20,\"malformed\":1,\"lines\":1021,\"bytes\":%d}%n"
            .formatted(run.out().getBytes(UTF_8).length),
        run.err());
    assertEquals(ExitCodes.OK, run.code());
  }

  @Test
  void sharesAreWrittenAsPercentOrAsFraction() {
    Invocation percent =
        Invocation.of("generate", "--events=400", "--duplicates=12.5%", "--malformed", "0%");
    Invocation fraction =
        Invocation.of("generate", "--events=400", "--duplicates", "0.125", "--malformed=0");

    assertEquals(450, percent.out().lines().count());
    assertEquals(percent, fraction);
  }

  @Test
  void filesHoldTheSameBytesAsStandardOutput() throws IOException {
    Path out = folder.resolve("events.ndjson");
    Path manifest = folder.resolve("events.csv");

    Invocation toFiles =
        Invocation.of(
            "generate",
            "--events",
            "500",
            "--malformed",
            "0",
            "--out",
            out.toString(),
            "--manifest",
            manifest.toString());
    Invocation toOutput = Invocation.of("generate", "--events", "500", "--malformed", "0");

    assertEquals("", toFiles.out());
    assertEquals(toOutput.err(), toFiles.err());
    assertEquals(toOutput.out(), Files.readString(out));
    assertEquals(501, Files.readAllLines(manifest).size());
  }

  @Test
  void rateChangesWhenLinesComeAndNothingElse() {
    Invocation paced = Invocation.of("generate", "--events", "200", "--rate", "100000");

    assertEquals(Invocation.of("generate", "--events", "200"), paced);
  }
}
