package dev.weir.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weir.claim.TestRedis;
import dev.weir.cli.generate.GeneratorSettings;
import dev.weir.e2e.Auditor.Findings;
import dev.weir.lake.S3ProxyServer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A lake in S3 with its claims in Redis, the inputs of its runs, and its audits. One thread's; its
 * runs are processes of their own.
 */
final class SharedLake {
  private final Torture torture;
  private final TestRedis redis;
  private final Path folder;
  private final String name;
  private final List<Path> inputs = new ArrayList<>();
  private final List<SyntheticStream> streams = new ArrayList<>();
  private final Map<String, String> settings = new LinkedHashMap<>();

  SharedLake(Torture torture, TestRedis redis, Path folder, String name) {
    this.torture = torture;
    this.redis = redis;
    this.folder = folder;
    this.name = name;
    settings.put("WEIR_S3_PATH_STYLE", "true");
    settings.put("WEIR_S3_REGION", S3ProxyServer.REGION);
    settings.put("WEIR_S3_BACKOFF", "5ms");
    settings.put("WEIR_S3_MAX_BACKOFF", "50ms");
    settings.put("WEIR_REDIS_NAME", name);
    settings.put("WEIR_REDIS_EXPECTED_CLAIMS", "20000");
    settings.put("WEIR_REDIS_BACKOFF", "20ms");
    settings.put("WEIR_REDIS_MAX_BACKOFF", "200ms");
    settings.put("WEIR_CLAIMS_TAKEOVER_AFTER", "1s");
    // Put one after the other, so that it is known what has landed at each point.
    settings.put("WEIR_LAKE_PARALLEL_PUTS", "1");
    settings.put("WEIR_LIMITS_MAX_RECORD_BYTES", "512KiB");
    settings.put("WEIR_RUN_BATCH_BYTES", "1MiB");
    settings.put("WEIR_RUN_WORKERS", "1");
  }

  /** With another setting, by its variable, for the runs from now on. */
  SharedLake with(String variable, String value) {
    settings.put(variable, value);
    return this;
  }

  /** With a generated input of a few types, 2 % duplicates and some dead letters. */
  SharedLake withStream(int events, long seed, int malformedPerMillion) throws IOException {
    SyntheticStream stream =
        SyntheticStream.write(
            folder,
            new GeneratorSettings(
                events, seed, 3, 1, GeneratorSettings.DEFAULT_START, 20_000, malformedPerMillion));
    streams.add(stream);
    inputs.add(stream.file());
    return this;
  }

  /** With one more input, made of lines that the others have, too. */
  SharedLake withInput(Path file) {
    inputs.add(file);
    return this;
  }

  List<Path> inputs() {
    return inputs;
  }

  Path folder() {
    return folder;
  }

  /** Its objects, as files. */
  Path path() {
    return torture.objects().resolve(name);
  }

  /** Starts a run over all inputs behind wires. */
  WiredRun start(int batchRecords, Ambush ambush) throws IOException {
    return start(batchRecords, ambush, Storm.none(), inputs);
  }

  /** Starts a run behind wires. */
  WiredRun start(int batchRecords, Ambush ambush, Storm storm, List<Path> from) throws IOException {
    torture.tally().addRun();
    return WiredRun.start(
        new WiredRun.Ports(redis.port(), torture.s3().uri().getPort()),
        batchRecords,
        ambush,
        storm,
        torture.tally(),
        run -> process(run.redisAddress(), run.s3Address(), batchRecords, from));
  }

  private WeirProcess process(String claims, String endpoint, int batchRecords, List<Path> from)
      throws IOException {
    WeirProcess.Start start =
        WeirProcess.in(folder)
            .java(torture.fastStart())
            .environment("AWS_ACCESS_KEY_ID", S3ProxyServer.ACCESS_KEY_ID)
            .environment("AWS_SECRET_ACCESS_KEY", S3ProxyServer.SECRET_ACCESS_KEY)
            .environment("WEIR_S3_ENDPOINT", endpoint);
    settings.forEach(start::environment);
    List<Object> command = new ArrayList<>(List.of("run", "--quiet"));
    command.addAll(List.of("--lake", location(), "--claims", claims));
    command.addAll(List.of("--batch-records", batchRecords, "--input"));
    command.addAll(from);
    return start.weir(command.toArray());
  }

  /** One more run within the test's process, without wires; what it says of its end. */
  Result runAgain(Path summary, String... options) throws IOException {
    torture.tally().addRun();
    StringBuilder yaml = new StringBuilder();
    yaml.append("lake: {path: \"%s\"}%n".formatted(location()));
    yaml.append("claims: {path: \"%s\", takeover_after: 1s}%n".formatted(redis.uri()));
    yaml.append("redis: {name: %s, expected_claims: 20000}%n".formatted(name));
    yaml.append(
        "s3: {endpoint: \"%s\", path_style: true, region: %s}%n"
            .formatted(torture.s3().uri(), S3ProxyServer.REGION));
    yaml.append("run: {batch_bytes: 17MiB, batch_records: 1777, workers: 1}%n".formatted());
    Path config = Files.writeString(folder.resolve("again.yaml"), yaml);
    List<Object> command = new ArrayList<>(List.of("run", "--config", config));
    command.addAll(List.of(options));
    command.addAll(List.of("--summary-json", summary, "--input"));
    command.addAll(inputs);
    return Weir.command(command.toArray());
  }

  private String location() {
    return "s3://%s/%s".formatted(Torture.BUCKET, name);
  }

  /** How many events it has. */
  long rows() {
    try (LakeTables tables = new LakeTables(path())) {
      return tables.number("SELECT count(*) FROM events");
    }
  }

  /** Fails if anything that is there should not be, or is there twice. */
  void assertSound() throws IOException {
    if (LakeTables.objects(path()).isEmpty() || !Files.isDirectory(path().resolve("events"))) {
      return;
    }
    Findings findings = Auditor.events(path(), manifest());
    torture.tally().addAudit(findings.wrong());
    assertTrue(
        findings.isSound(), () -> "%s in %s, seed %d".formatted(findings, name, Torture.SEED));
  }

  /**
   * Fails unless everything that was sent is there, once, as it was sent, the ledger says the same,
   * and one more run lands nothing.
   */
  void assertExact() throws IOException {
    long sent = streams.stream().mapToLong(s -> s.settings().events()).sum();
    assertAudit(sent);
    Path json = folder.resolve("again.json");
    runAgain(json).expect(0);
    Summary again = Summary.read(json).expectBalanced();
    again.expect(0, again.received(), 0, 0);
    assertAudit(sent);
    long letters = Auditor.deadLetters(path()).values().stream().mapToLong(Long::longValue).sum();
    torture.tally().addLake(sent, sent, again.received() - sent - letters, letters);
  }

  private void assertAudit(long sent) throws IOException {
    Findings findings = Auditor.events(path(), manifest());
    torture.tally().addAudit(findings.wrong() + findings.missing());
    assertEquals(
        new Findings(sent, 0, 0, 0, 0, 0), findings, () -> name + ", seed " + Torture.SEED);
    long letters = streams.stream().mapToLong(s -> s.settings().malformed()).sum();
    assertEquals(
        letters, Auditor.deadLetters(path()).values().stream().mapToLong(Long::longValue).sum());
    if (inputs.size() == 1) {
      assertEquals(streams.get(0).deadLetters(), Auditor.deadLetters(path()));
      assertEquals(0, Auditor.wrongDeadLetters(path(), inputs.get(0)));
    }
    assertEquals(List.of(sent, letters), Auditor.ledger(path()), "what the ledger says has landed");
  }

  /** The producer's list over all streams. */
  private Path manifest() throws IOException {
    Path all = folder.resolve("manifest.csv");
    if (!Files.exists(all)) {
      List<String> rows = new ArrayList<>();
      for (SyntheticStream stream : streams) {
        List<String> lines = Files.readAllLines(stream.manifest());
        rows.addAll(rows.isEmpty() ? lines : lines.subList(1, lines.size()));
      }
      Files.write(all, rows);
    }
    return all;
  }
}
