package dev.weir.doctor;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weir.doctor.Finding.Verdict;
import dev.weir.lake.FaultProxy;
import dev.weir.lake.FaultProxy.Fault;
import dev.weir.lake.S3ProxyServer;
import dev.weir.settings.Settings;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.services.s3.S3Client;

/** The doctor at a real store that speaks S3's protocol, and at what a proxy makes of it. */
class DoctorS3IT {
  private static final String BUCKET = "weir-doctor";
  private static final int ALWAYS = 1_000_000;
  private static final Fault DENIED = Fault.answer(403, "AccessDenied");
  private static final Predicate<String> PUTS = line -> line.startsWith("PUT ");
  private static final Predicate<String> LISTS = line -> line.contains("list-type=2");
  private static final Predicate<String> READS =
      line -> line.startsWith("GET ") && !line.contains("?");
  private static final Predicate<String> DELETES = line -> line.startsWith("DELETE ");

  private static S3ProxyServer server;
  private static int lakes;

  @TempDir Path folder;

  private FaultProxy proxy;

  @BeforeAll
  static void startServer(@TempDir Path directory) throws IOException {
    server = S3ProxyServer.inMemoryForAnyone(directory);
    server.createBucket(BUCKET);
    System.setProperty("aws.accessKeyId", S3ProxyServer.ACCESS_KEY_ID);
    System.setProperty("aws.secretAccessKey", S3ProxyServer.SECRET_ACCESS_KEY);
  }

  @AfterAll
  static void stopServer() {
    System.clearProperty("aws.accessKeyId");
    System.clearProperty("aws.secretAccessKey");
    server.close();
  }

  @BeforeEach
  void startProxy() throws IOException {
    proxy = new FaultProxy(server.uri().getPort());
  }

  @AfterEach
  void closeProxyAndEmptyTheBucket() throws IOException {
    proxy.close();
    try (S3Client client = server.client()) {
      client
          .listObjectsV2Paginator(request -> request.bucket(BUCKET))
          .contents()
          .forEach(
              object -> client.deleteObject(delete -> delete.bucket(BUCKET).key(object.key())));
      client
          .listMultipartUploads(request -> request.bucket(BUCKET))
          .uploads()
          .forEach(
              upload ->
                  client.abortMultipartUpload(
                      abort -> abort.bucket(BUCKET).key(upload.key()).uploadId(upload.uploadId())));
    }
  }

  @Test
  void storeThatKeepsItsPromisesPassesAndNothingIsLeftBehind() throws IOException {
    Findings findings = Findings.of(settings(server.uri(), BUCKET), Clock.systemUTC());

    findings.assertAllPass();
    findings.assertIs(
        Verdict.PASS, Check.LAKE_CREATE, "3 times, 1 of 32 creators of one key won", "");
    findings.assertIs(
        Verdict.PASS, Check.LAKE_CREATE_PARTS, "1 of 12 creators of one object of 5.0 MiB", "");
    try (S3Client client = server.client()) {
      assertEquals(List.of(), client.listObjectsV2(request -> request.bucket(BUCKET)).contents());
      assertEquals(
          List.of(), client.listMultipartUploads(request -> request.bucket(BUCKET)).uploads());
    }
  }

  @Test
  void storeThatIgnoresTheConditionIsFoundOut() throws IOException {
    proxy.dropHeader("If-None-Match");

    Findings findings = examine(proxy.uri(), BUCKET, Clock.systemUTC());

    findings.assertIs(
        Verdict.FAIL,
        Check.LAKE_CREATE,
        "32 of 32 creators of one key were told that they had created it",
        "ignores If-None-Match");
    findings.assertIs(
        Verdict.FAIL,
        Check.LAKE_CREATE_PARTS,
        "12 of 12 creators of one key were told that they had created it",
        "ignores If-None-Match");
    assertEquals("lake-create lake-create-parts", findings.with(Verdict.FAIL));
  }

  @Test
  void rightsThatAreMissingAreNamedAndKeysThatAreLeftToo() throws IOException {
    proxy.inject(DENIED, ALWAYS, LISTS);
    proxy.inject(DENIED, ALWAYS, DELETES);

    Findings findings =
        examine(proxy.uri(), BUCKET, Clock.offset(Clock.systemUTC(), Duration.ofHours(1)));

    findings.assertIs(Verdict.FAIL, Check.LAKE_LIST, "403 AccessDenied", "allow s3:ListBucket");
    findings.assertIs(
        Verdict.WARN, Check.LAKE_ABORT, "403 AccessDenied", "s3:AbortMultipartUpload");
    findings.assertIs(Verdict.WARN, Check.LAKE_CLEANUP, "_weir/doctor/", "s3:DeleteObject");
    findings.assertIs(Verdict.FAIL, Check.LAKE_CLOCK, "behind this machine's", "NTP");
    assertEquals("lake-list lake-clock", findings.with(Verdict.FAIL));
    for (String left : findings.of(Check.LAKE_CLEANUP).found().split(": ")[1].split(", ")) {
      assertTrue(left.matches("_weir/doctor/[0-9a-f-]{36}/[a-z0-9-]+"), left);
    }
  }

  @Test
  void putsThatAreDeniedFailAndWhatDependsOnThemIsSkipped() throws IOException {
    proxy.inject(DENIED, ALWAYS, PUTS);

    Findings findings = examine(proxy.uri(), BUCKET, Clock.systemUTC());

    findings.assertIs(Verdict.FAIL, Check.LAKE_PUT, "403 AccessDenied", "allow s3:PutObject");
    assertEquals(
        "lake-checksum lake-get lake-read-after-write lake-create lake-create-parts lake-abort"
            + " lake-clock",
        findings.with(Verdict.SKIPPED));
  }

  @Test
  void readsThatAreDeniedFail() throws IOException {
    proxy.inject(DENIED, ALWAYS, READS);
    Findings findings = examine(proxy.uri(), BUCKET, Clock.systemUTC());
    findings.assertIs(Verdict.FAIL, Check.LAKE_GET, "403 AccessDenied", "allow s3:GetObject");
    assertEquals("lake-get", findings.with(Verdict.FAIL));
  }

  @Test
  void checksumThatIsNotTakenFails() throws IOException {
    proxy.inject(Fault.answer(400, "InvalidRequest"), 1, PUTS);
    Findings findings = examine(proxy.uri(), BUCKET, Clock.systemUTC());
    findings.assertIs(
        Verdict.FAIL, Check.LAKE_CHECKSUM, "refuses objects with crc32c", "s3.checksum");
    assertEquals("lake-checksum", findings.with(Verdict.FAIL));
  }

  @Test
  void bucketThatIsNotThereAndAddressThatNobodyListensAtFail() throws IOException {
    examine(server.uri(), "no-such-bucket", Clock.systemUTC())
        .assertIs(Verdict.FAIL, Check.LAKE_REACH, "there is no bucket no-such-bucket", "");
    Findings nobody = examine(URI.create("http://127.0.0.1:1"), BUCKET, Clock.systemUTC());
    nobody.assertIs(Verdict.FAIL, Check.LAKE_REACH, "nothing accepts connections", "");
    assertEquals("lake-reach", nobody.with(Verdict.FAIL));
  }

  private Findings examine(URI endpoint, String bucket, Clock clock) {
    return Findings.ofLake(settings(endpoint, bucket), folder, clock);
  }

  private Settings settings(URI endpoint, String bucket) {
    Map<String, String> values = new HashMap<>();
    values.put("lake.path", "s3://" + bucket + "/lake-" + lakes++);
    values.put("claims.path", folder.resolve("claims").toString());
    values.put("run.staging", folder.resolve("staging").toString());
    values.put("s3.endpoint", endpoint.toString());
    values.put("s3.region", S3ProxyServer.REGION);
    values.put("s3.path_style", "true");
    values.put("s3.multipart_threshold", "5MiB");
    values.put("s3.part_size", "5MiB");
    return Findings.settings(values);
  }
}
