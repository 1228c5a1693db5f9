package dev.weir.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class DoctorCommandTest {
  @TempDir Path folder;

  @Test
  void tableHasALineForEachCheckAndACount() throws IOException {
    Invocation run = doctor("--lake", folder.resolve("lake").toString());

    List<String> lines = run.out().lines().toList();
    assertEquals(
        "result  check                  found, and what to do".stripTrailing(), lines.get(0));
    assertTrue(lines.get(1).startsWith("pass    settings               lake "), lines.get(1));
    assertTrue(
        run.out().contains("\npass    lake-create            3 times, 1 of 32 creators"),
        run.out());
    assertEquals("16 passed, 0 with warnings, 0 failed, 0 skipped", lines.get(lines.size() - 1));
    assertEquals("", run.err());
    assertEquals(ExitCodes.OK, run.code());
  }

  @Test
  void whatToDoStandsBelowWhatWasFoundAndTheExitCodeIsOne() throws IOException {
    Path lake = Files.createFile(folder.resolve("lake"));

    Invocation run =
        doctor("--lake", lake.toString(), "--claims", folder.resolve("claims").toString());

    assertTrue(run.out().contains("\nfail    staging                "), run.out());
    assertTrue(
        run.out()
            .contains(
                "\n" + " ".repeat(31) + "-> allow it, or set run.staging to another folder\n"),
        run.out());
    assertTrue(run.out().endsWith("2 failed, 7 skipped\n"), run.out());
    assertEquals(ExitCodes.FAILED, run.code());
  }

  @Test
  void jsonIsOneObject() throws IOException {
    Path sql = Files.writeString(folder.resolve("rows.sql"), "SELEC \"\u0007\"");

    Invocation run =
        doctor(
            "--lake",
            folder.resolve("lake").toString(),
            "--sql",
            sql.toString(),
            "--format",
            "json");

    List<String> failed = new ArrayList<>();
    try (JsonParser json = new JsonFactory().createParser(run.out())) {
      String check = "";
      for (JsonToken token = json.nextToken(); token != null; token = json.nextToken()) {
        if (token == JsonToken.VALUE_STRING && "check".equals(json.currentName())) {
          check = json.getText();
        } else if (token == JsonToken.VALUE_STRING && json.getText().equals("fail")) {
          failed.add(check);
        }
      }
    }
    assertEquals(List.of("sql"), failed);
    assertTrue(run.out().endsWith("\"skipped\" : 0\n}\n"), run.out());
    assertEquals(ExitCodes.FAILED, run.code());
  }

  @Test
  void settingsThatAreRefusedAreAFindingAndSecretsAreNotShown() throws IOException {
    Path config =
        Files.writeString(
            folder.resolve("weir.yaml"),
            "lake: {path: 's3://bucket/lake'}\nredis: {password: hunter2}\n");

    Invocation run = Invocation.of("doctor", "--config", config.toString());

    assertTrue(
        run.out().contains("fail    settings               claims.path is not set"), run.out());
    assertFalse(run.out().contains("hunter2"));
    assertEquals(ExitCodes.FAILED, run.code());
  }

  /** On any machine, one worker's batches fit into the heap of the tests. */
  private Invocation doctor(String... options) throws IOException {
    Path config = Files.writeString(folder.resolve("one.yaml"), "run: {workers: 1}\n");
    List<String> arguments = new ArrayList<>(List.of("doctor", "--config", config.toString()));
    arguments.addAll(List.of(options));
    return Invocation.of(arguments.toArray(String[]::new));
  }
}
