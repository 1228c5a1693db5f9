package dev.weir.doctor;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weir.claim.AttemptSource;
import dev.weir.claim.EmbeddedClaimStore;
import dev.weir.doctor.Finding.Verdict;
import dev.weir.settings.SettingsReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The doctor on one machine: lake and claims in folders. */
class DoctorTest {
  private static final Clock CLOCK = Clock.systemUTC();

  @TempDir Path folder;

  @Test
  void newLakeInAFolderPassesAndNothingIsLeftBehind() throws IOException {
    Findings findings = examine(Map.of());

    findings.assertAllPass();
    assertEquals(
        "settings sql heap open-files staging disk lake-reach lake-list lake-put lake-get"
            + " lake-read-after-write lake-create lake-cleanup claims-folder claims-lock"
            + " lake-claims",
        findings.with(Verdict.PASS));
    try (Stream<Path> left = Files.list(folder)) {
      assertEquals(List.of(), left.toList());
    }
  }

  @Test
  void lakeAndClaimsThatBelongTogetherPassAndStayAsTheyAre() throws IOException {
    String epoch = claims("lake/_weir/claims", false);
    Files.writeString(folder.resolve("lake/_weir/claims-epoch"), epoch + "\n");
    List<String> before = files();

    Findings findings = examine(Map.of());

    findings.assertAllPass();
    findings.assertIs(Verdict.PASS, Check.LAKE_CLAIMS, epoch, "");
    assertEquals(before, files());
  }

  @Test
  void lakeOfOtherOrLostClaimsFails() throws IOException {
    Files.createDirectories(folder.resolve("lake/_weir"));
    Files.writeString(folder.resolve("lake/_weir/claims-epoch"), "another");
    examine(Map.of())
        .assertIs(
            Verdict.FAIL,
            Check.LAKE_CLAIMS,
            "those with the id another, and there are none",
            "or use a new lake");
    String epoch = claims("lake/_weir/claims", false);
    examine(Map.of())
        .assertIs(
            Verdict.FAIL, Check.LAKE_CLAIMS, "the ones given have the id " + epoch, "--claims");
  }

  @Test
  void claimsOfAnotherLakeFailAtANewOne() throws IOException {
    claims("claims", true);
    examine(Map.of("claims.path", folder.resolve("claims").toString()))
        .assertIs(
            Verdict.FAIL,
            Check.LAKE_CLAIMS,
            "remember events of another lake",
            "claims of its own");
  }

  @Test
  void claimsThatARunHoldsWarn() throws IOException {
    Path claims = folder.resolve("lake/_weir/claims");
    try (EmbeddedClaimStore held = EmbeddedClaimStore.open(claims, Duration.ofDays(1), CLOCK)) {
      examine(Map.of())
          .assertIs(
              Verdict.WARN,
              Check.CLAIMS_LOCK,
              "(process " + ProcessHandle.current().pid() + ")",
              "wait until it ends");
      assertTrue(held.isUnused());
    }
  }

  @Test
  void claimsAmongTheTablesFail() throws IOException {
    examine(Map.of("claims.path", folder.resolve("lake/events/claims").toString()))
        .assertIs(Verdict.FAIL, Check.CLAIMS_FOLDER, "readers of the lake look", "_weir/");
  }

  @Test
  void lakeThatIsAFileFailsAndWhatDependsOnItIsSkipped() throws IOException {
    Files.writeString(folder.resolve("lake"), "");

    Findings findings = examine(Map.of("claims.path", folder.resolve("claims").toString()));

    assertEquals("staging lake-reach", findings.with(Verdict.FAIL));
    assertEquals(
        "disk lake-list lake-put lake-get lake-read-after-write lake-create lake-claims",
        findings.with(Verdict.SKIPPED));
  }

  @Test
  void wrongSqlAndTooSmallAHeapFailWithoutStoppingTheRest() throws IOException {
    Path sql = Files.writeString(folder.resolve("rows.sql"), "SELEC 1");
    Findings findings = examine(Map.of("transform.sql", sql.toString(), "run.batch_bytes", "1GiB"));

    findings.assertIs(Verdict.FAIL, Check.SQL, "SELEC", "rows.sql");
    findings.assertIs(Verdict.FAIL, Check.HEAP, "3.0 GiB for 1 workers", "WEIR_HEAP");
    assertEquals("sql heap", findings.with(Verdict.FAIL));
  }

  @Test
  void settingsThatCannotBeReadFailAndTheRestIsSkipped() throws IOException {
    List<Finding> all = new ArrayList<>();
    new Doctor(CLOCK, all::add)
        .examine(
            () ->
                new SettingsReader(Map.of("WEIR_REDIS_PASSWORD", "hunter2\n"), 1)
                    .read(null, Map.of("lake.path", List.of("lake"))));
    Findings findings = new Findings(all);

    findings.assertIs(Verdict.FAIL, Check.SETTINGS, "redis.password is a secret", "correct it");
    assertEquals("sql heap staging disk lake-reach lake-claims", findings.with(Verdict.SKIPPED));
    assertEquals(-1, all.toString().indexOf("hunter2"));
  }

  private Findings examine(Map<String, String> more) throws IOException {
    Map<String, String> values = new HashMap<>(more);
    values.put("lake.path", folder.resolve("lake").toString());
    return Findings.of(Findings.settings(values), CLOCK);
  }

  private String claims(String path, boolean used) throws IOException {
    try (EmbeddedClaimStore claims =
        EmbeddedClaimStore.open(folder.resolve(path), Duration.ofDays(1), CLOCK)) {
      if (used) {
        claims.done(AttemptSource.random(CLOCK).next());
      }
      return claims.epoch();
    }
  }

  private List<String> files() throws IOException {
    try (Stream<Path> paths = Files.walk(folder)) {
      return paths.map(Path::toString).sorted().toList();
    }
  }
}
