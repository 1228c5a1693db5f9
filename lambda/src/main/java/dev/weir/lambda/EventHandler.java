package dev.weir.lambda;

import com.amazonaws.services.lambda.runtime.Context;
import com.amazonaws.services.lambda.runtime.RequestStreamHandler;
import dev.weir.lake.WrongClaimsException;
import dev.weir.pipeline.Pause;
import dev.weir.quality.ExpectationFailedException;
import dev.weir.settings.Settings;
import dev.weir.source.Framing;
import dev.weir.source.InputLimits;
import dev.weir.source.RecordExpander;
import dev.weir.transform.SqlException;
import dev.weir.transform.TransformFailedException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The function: an event of a Kinesis stream comes in, its records land in the lake, and the answer
 * names those that have to come again.
 *
 * <p>Everything is set up when Lambda makes the handler, once for each process. Lambda calls it for
 * one event at a time.
 */
public final class EventHandler implements RequestStreamHandler {
  private static final Logger log = LoggerFactory.getLogger(EventHandler.class);

  private final Settings settings;
  private final Sandbox sandbox;
  private final Invocation invocation;
  private final Landing landing;
  private final RecordExpander expander;
  private final Telemetry telemetry;
  private final Clock clock;

  /**
   * The function as Lambda makes it, with the settings of the environment.
   *
   * @throws dev.weir.settings.SettingsException if they are not allowed
   * @throws SqlException if the SQL is wrong
   * @throws WrongClaimsException if the lake belongs to other claims
   */
  public EventHandler() throws SqlException, WrongClaimsException {
    this(
        System.getenv(),
        Telemetry.onStandardOutput(System.getenv()),
        () -> Runtime.getRuntime().halt(1),
        Clock.systemUTC());
    sandbox.register();
    log.info("ready; since_start_ms={}", sinceStart().toMillis());
    System.out.flush(); // the runtime client does so with the first event only
  }

  /** How long ago this process began, to about 10 ms; zero where the system does not tell. */
  private static Duration sinceStart() {
    Instant now = Instant.now();
    return Duration.between(ProcessHandle.current().info().startInstant().orElse(now), now);
  }

  EventHandler(
      Map<String, String> environment, Telemetry telemetry, Runnable endProcess, Clock clock)
      throws SqlException, WrongClaimsException {
    EngineMonitor.silence();
    this.settings = FunctionSettings.read(environment);
    this.telemetry = telemetry;
    this.clock = clock;
    this.sandbox = new Sandbox(settings, clock);
    this.invocation = new Invocation(endProcess);
    this.landing = new Landing(sandbox, settings.run().attempts(), Pause.sleeping());
    this.expander =
        new RecordExpander(
            Framing.valueOf(settings.input().framing().name()),
            new InputLimits(
                FunctionSettings.maxDecompressedBytes(settings),
                settings.limits().maxCompressionRatio(),
                settings.limits().maxRecordBytes()),
            settings.limits().maxDocumentsPerRecord());
    sandbox.open();
  }

  /** Closes what is open; for tests, Lambda just ends the process. */
  Sandbox sandbox() {
    return sandbox;
  }

  /**
   * Lands an event.
   *
   * @throws InvocationException if the event is none of a stream, or can never land: Lambda is to
   *     count that as an error, not as a delay
   */
  @Override
  public void handleRequest(InputStream input, OutputStream output, Context context)
      throws IOException {
    Duration remaining = Duration.ofMillis(context.getRemainingTimeInMillis());
    Deadline deadline = Deadline.of(remaining, settings.lambda().deadlineMargin(), clock);
    telemetry.begin(context.getAwsRequestId());
    try {
      Landed landed = land(input.readAllBytes(), deadline);
      telemetry.landed(landed, clock.instant());
      ByteArrayOutputStream answer = new ByteArrayOutputStream();
      Answer.write(landed, clock.instant(), answer);
      answer.writeTo(output);
    } finally {
      telemetry.end();
    }
  }

  private Landed land(byte[] event, Deadline deadline) {
    EventBatches batches =
        new EventBatches(
            new EventScanner(event),
            expander,
            settings.run().batchRecords(),
            settings.run().batchBytes());
    try {
      return invocation.run(() -> landing.land(batches, deadline), deadline);
    } catch (TransformFailedException
        | ExpectationFailedException
        | SqlException
        | WrongClaimsException
        | EventException e) {
      throw InvocationException.of(e);
    } catch (RuntimeException e) {
      throw e;
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }
}
