package dev.weir.cli.letters;

import dev.weir.cli.SettingsFlags;
import dev.weir.cli.Streams;
import dev.weir.cli.UsageException;
import dev.weir.cli.query.LakeReader;
import dev.weir.settings.SettingsException;
import dev.weir.settings.SettingsReader;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Model.CommandSpec;

/**
 * What a command that only reads dead letters was told.
 *
 * @param reader the lake
 * @param decoder reads their records with the settings of today
 */
record LetterSettings(LakeReader reader, LetterDecoder decoder) {
  /**
   * Reads the settings of a command line.
   *
   * @throws UsageException if one of them is not allowed, or there is no lake
   */
  static LetterSettings of(CommandSpec command, LakeOptions options, Streams streams) {
    Map<String, List<String>> flags = SettingsFlags.of(command);
    try {
      SettingsReader settings = SettingsReader.ofThisProcess();
      return new LetterSettings(
          new LakeReader(settings.readForReading(options.config, flags), streams),
          new LetterDecoder(settings.readForDecoding(options.config, flags)));
    } catch (SettingsException e) {
      throw new UsageException(String.valueOf(e.getMessage()));
    }
  }
}
