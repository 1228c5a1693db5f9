package dev.weir.wiring;

import dev.weir.lake.Lake;
import dev.weir.lake.ObjectStore;
import dev.weir.settings.Settings;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The lake's store on its way: a client for S3 takes about as long to make as everything else
 * together, so it is made, and the lake looked at for the first time, while the engine starts and
 * the claims are opened. Nothing is written meanwhile. A lake in a folder is opened when it is
 * asked for.
 *
 * <p>Opened, asked and closed by one thread.
 */
final class LakeOpening implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(LakeOpening.class);

  /**
   * A store that answers.
   *
   * @param objects the store
   * @param boundEpoch the claims that its lake was tied to at that moment
   * @param took how long it took to get there
   */
  record Opened(ObjectStore objects, Optional<String> boundEpoch, Duration took) {}

  private final FutureTask<Opened> task;
  private @Nullable Thread thread;
  private boolean taken;

  private LakeOpening(FutureTask<Opened> task) {
    this.task = task;
  }

  /** Begins to open a store. */
  static LakeOpening begin(Settings settings, Path drafts) {
    LakeOpening opening = new LakeOpening(new FutureTask<>(() -> open(settings, drafts)));
    if (settings.lake().isInS3()) {
      opening.thread = new Thread(opening.task, "weir-lake-opening");
      opening.thread.setDaemon(true);
      opening.thread.start();
    }
    return opening;
  }

  private static Opened open(Settings settings, Path drafts) throws IOException {
    long start = System.nanoTime();
    ObjectStore objects = Stores.objects(settings, drafts);
    try {
      Optional<String> epoch = Lake.boundEpoch(objects);
      return new Opened(objects, epoch, Duration.ofNanos(System.nanoTime() - start));
    } catch (IOException | RuntimeException e) {
      objects.close();
      throw e;
    }
  }

  /**
   * Waits for the store, which is the caller's to close from then on.
   *
   * @throws IOException if it cannot be used, or the thread was interrupted
   */
  Opened take() throws IOException {
    task.run(); // does nothing where a thread has begun it
    try {
      Opened opened = task.get();
      taken = true;
      return opened;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("interrupted while the lake was opened");
    } catch (ExecutionException e) {
      Throwable cause = e.getCause();
      if (cause instanceof IOException failure) {
        throw failure;
      }
      if (cause instanceof RuntimeException failure) {
        throw failure;
      }
      if (cause instanceof Error failure) {
        throw failure;
      }
      throw new IOException(cause);
    }
  }

  /**
   * Gives up what was not taken: what is under way is interrupted and waited for, so that nothing
   * goes on behind the caller's back.
   */
  @Override
  public void close() {
    Thread opener = thread;
    if (opener == null || taken) {
      return;
    }
    opener.interrupt();
    boolean interrupted = false;
    while (opener.isAlive()) {
      try {
        opener.join();
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    try {
      task.get().objects().close();
    } catch (ExecutionException e) {
      log.debug("the lake was not opened, and is not needed any more", e);
    } catch (InterruptedException e) {
      interrupted = true; // not thrown by what is over
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
