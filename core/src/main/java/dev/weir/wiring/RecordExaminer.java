package dev.weir.wiring;

import dev.weir.decode.ParserLimits;
import dev.weir.decode.RecordDecoder;
import dev.weir.quality.Inspection;
import dev.weir.quality.QualityCheck;
import dev.weir.quality.QualityOptions;
import dev.weir.record.Batch;
import dev.weir.settings.Settings;
import dev.weir.transform.SqlException;
import dev.weir.transform.SqlTransform;
import java.io.IOException;

/**
 * Says what a pipeline of these settings makes of records before it claims anything: which become
 * events, and which of these meet the expectations. It reaches neither a lake nor claims.
 *
 * <p>Not safe for use by several threads.
 */
public final class RecordExaminer implements AutoCloseable {
  private final Staging staging;
  private final SqlTransform engine;
  private final RecordDecoder decoder;
  private final QualityCheck check;

  private RecordExaminer(
      Staging staging, SqlTransform engine, RecordDecoder decoder, QualityCheck check) {
    this.staging = staging;
    this.engine = engine;
    this.decoder = decoder;
    this.check = check;
  }

  /**
   * Opens one, with an engine of its own that may spill to the temporary folder.
   *
   * @throws SqlException if an expectation is wrong
   * @throws IOException if the temporary folder cannot be written
   */
  public static RecordExaminer open(Settings settings) throws IOException, SqlException {
    Staging staging = Staging.open(Stores.temporary());
    try {
      QualityOptions options = settings.quality();
      ParserLimits limits = settings.limits().document();
      SqlTransform engine =
          SqlTransform.open(Wiring.transformOptions(settings, null, staging.folder()));
      QualityCheck check =
          new QualityCheck(options, limits, engine.conditions(options.expectations()));
      RecordDecoder decoder = new RecordDecoder(settings.fields(), limits, options.needsShapes());
      return new RecordExaminer(staging, engine, decoder, check);
    } catch (SqlException | RuntimeException e) {
      staging.close();
      throw e;
    }
  }

  /**
   * Decodes and checks a batch.
   *
   * @throws dev.weir.quality.ExpectationFailedException if the batch must not land
   * @throws IOException if the engine failed
   */
  public Inspection examine(Batch batch) throws IOException {
    return check.inspect(decoder.decode(batch));
  }

  /** Stops the engine and removes its files. */
  @Override
  public void close() throws IOException {
    engine.close();
    staging.close();
  }
}
