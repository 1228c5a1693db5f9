package dev.weir.lambda;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.amazonaws.services.lambda.runtime.Context;
import com.amazonaws.services.lambda.runtime.RequestStreamHandler;
import dev.weir.lake.WrongClaimsException;
import dev.weir.transform.SqlException;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Map;

/**
 * The function while its start archive is made: goes where {@link EventHandler} goes, with stores
 * that are made up, so that the JVM meets all classes. Never deployed as a function's handler.
 *
 * <p>It lands an event in a lake in a folder and in one in S3, and then speaks TLS and Redis's
 * protocol with something that understands neither, which fails after most classes were met.
 */
public final class TrainingHandler implements RequestStreamHandler {
  private final EventHandler inFolder;
  private final EventHandler inS3;

  /** Starts the function with one kind of store after the other. */
  public TrainingHandler() throws IOException, SqlException, WrongClaimsException {
    Path folder = Files.createTempDirectory("weir-training");
    CannedHttp s3 = new CannedHttp(new CannedS3());
    inFolder =
        handler(
            Map.of(
                "WEIR_LAKE_PATH", folder.resolve("lake").toString(),
                "WEIR_CLAIMS_PATH", folder.resolve("claims").toString()));
    inS3 =
        handler(
            Map.of(
                "WEIR_LAKE_PATH",
                "s3://training/lake",
                "WEIR_S3_ENDPOINT",
                "http://" + s3.address(),
                "WEIR_S3_PATH_STYLE",
                "true",
                "WEIR_RUN_STAGING",
                folder.resolve("staging").toString(),
                "WEIR_CLAIMS_PATH",
                folder.resolve("claims-s3").toString()));
    handler(
        Map.of(
            "WEIR_LAKE_PATH",
            "s3://training/lake",
            "WEIR_S3_ENDPOINT",
            "https://" + s3.address(),
            "WEIR_S3_TRIES",
            "1",
            "WEIR_S3_PATH_STYLE",
            "true",
            "WEIR_RUN_STAGING",
            folder.resolve("staging").toString(),
            "WEIR_CLAIMS_PATH",
            folder.resolve("claims-tls").toString()));
    handler(
        Map.of(
            "WEIR_LAKE_PATH",
            folder.resolve("lake").toString(),
            "WEIR_REDIS_RETRIES",
            "0",
            "WEIR_CLAIMS_PATH",
            "redis://" + s3.address()));
  }

  private static EventHandler handler(Map<String, String> environment)
      throws SqlException, WrongClaimsException {
    PrintStream nowhere = new PrintStream(OutputStream.nullOutputStream(), false, UTF_8);
    return new EventHandler(
        environment, new Telemetry(nowhere, "training"), () -> {}, Clock.systemUTC());
  }

  @Override
  public void handleRequest(InputStream input, OutputStream output, Context context)
      throws IOException {
    byte[] event = input.readAllBytes();
    inFolder.handleRequest(
        new ByteArrayInputStream(event), OutputStream.nullOutputStream(), context);
    inS3.handleRequest(new ByteArrayInputStream(event), output, context);
  }
}
