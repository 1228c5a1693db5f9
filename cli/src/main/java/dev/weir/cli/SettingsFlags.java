package dev.weir.cli;

import dev.weir.settings.Keys;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;

/** The settings that a command line gives by flags. */
public final class SettingsFlags {
  private SettingsFlags() {}

  /** The values by the names of their keys; options that set no key are left out. */
  public static Map<String, List<String>> of(CommandSpec command) {
    Map<String, List<String>> flags = new LinkedHashMap<>();
    for (OptionSpec option : command.commandLine().getParseResult().matchedOptions()) {
      Keys.ofFlag(option.longestName())
          .ifPresent(key -> flags.put(key.name(), option.originalStringValues()));
    }
    return flags;
  }
}
