package dev.weir.lambda;

import dev.weir.lake.WrongClaimsException;
import dev.weir.pipeline.Pipeline;
import dev.weir.settings.Settings;
import dev.weir.transform.SqlException;
import dev.weir.wiring.Wiring;
import java.io.IOException;
import java.time.Clock;
import org.crac.Context;
import org.crac.Core;
import org.crac.Resource;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What lives as long as the process: the connections, the engine and the source of attempt ids.
 *
 * <p>With SnapStart, Lambda keeps a snapshot of the process after its initialization and starts any
 * number of processes from it. Connections do not survive that, and whatever was drawn at random
 * before it would be drawn in all of them. So everything is closed before the snapshot and made
 * anew after it: attempt ids come from a random source that was made after the restore, and from
 * the operating system, whose randomness Lambda renews.
 *
 * <p>Safe for use by several threads.
 */
final class Sandbox implements Resource, Landing.Pipelines {
  private static final Logger log = LoggerFactory.getLogger(Sandbox.class);

  private final Settings settings;
  private final Clock clock;
  private @Nullable Wiring wiring;

  Sandbox(Settings settings, Clock clock) {
    this.settings = settings;
    this.clock = clock;
  }

  /** Asks Lambda to be told of snapshots. */
  void register() {
    Core.getGlobalContext().register(this);
  }

  /**
   * Opens everything now rather than with the first event.
   *
   * @throws SqlException if the SQL is wrong
   * @throws WrongClaimsException if the lake belongs to other claims
   */
  void open() throws SqlException, WrongClaimsException {
    try {
      pipeline();
    } catch (IOException e) {
      // The first event tries again, and is asked for again while this lasts.
      log.warn("a store is out of reach; cause={}", e.getMessage());
    }
  }

  @Override
  public synchronized Pipeline pipeline() throws IOException, SqlException, WrongClaimsException {
    Wiring open = wiring;
    if (open == null) {
      open = Wiring.open(settings, clock);
      wiring = open;
      Wiring.Phases phases = open.phases();
      log.info(
          "opened; engine_ms={} claims_ms={} lake_ms={} total_ms={}",
          phases.engine().toMillis(),
          phases.claims().toMillis(),
          phases.lake().toMillis(),
          phases.total().toMillis());
    }
    return open.pipelines().get(0);
  }

  /** Closes everything; what is used next is opened anew. */
  synchronized void close() {
    if (wiring != null) {
      wiring.close();
      wiring = null;
    }
  }

  @Override
  public void beforeCheckpoint(Context<? extends Resource> context) {
    close();
  }

  @Override
  public void afterRestore(Context<? extends Resource> context) throws Exception {
    open();
  }
}
