package dev.weir.cli;

import java.lang.reflect.Member;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Help;
import picocli.CommandLine.IHelpSectionRenderer;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.UsageMessageSpec;

/**
 * How a help page is laid out: commands one a line, then options under their headings in the order
 * of the code, those that every command has last.
 */
final class HelpLayout {
  private static final String COMMON_HEADING = "Always";

  private HelpLayout() {}

  /** Applies to a command and its subcommands. */
  static void applyTo(CommandLine command) {
    Map<String, IHelpSectionRenderer> renderers = command.getHelpSectionMap();
    renderers.put(UsageMessageSpec.SECTION_KEY_HEADER, HelpLayout::header);
    renderers.put(UsageMessageSpec.SECTION_KEY_COMMAND_LIST, HelpLayout::commands);
    renderers.put(UsageMessageSpec.SECTION_KEY_OPTION_LIST, HelpLayout::options);
    List<String> sections = new ArrayList<>(command.getHelpSectionKeys());
    sections.remove(UsageMessageSpec.SECTION_KEY_OPTION_LIST);
    sections.add(
        sections.indexOf(UsageMessageSpec.SECTION_KEY_FOOTER_HEADING),
        UsageMessageSpec.SECTION_KEY_OPTION_LIST);
    command.setHelpSectionKeys(sections);
    command.getSubcommands().values().forEach(HelpLayout::applyTo);
  }

  private static String header(Help help) {
    return help.header() + "%n".formatted();
  }

  private static String commands(Help help) {
    StringBuilder list = new StringBuilder();
    help.subcommands()
        .forEach(
            (name, subcommand) ->
                list.append("  %-12s  %s".formatted(name, subcommand.header().strip()))
                    .append("%n".formatted()));
    return list.toString();
  }

  private static String options(Help help) {
    Map<String, List<OptionSpec>> groups = new LinkedHashMap<>();
    List<OptionSpec> common = new ArrayList<>();
    for (OptionSpec option : help.commandSpec().options()) {
      OptionHeading heading = heading(option);
      if (heading == null) {
        common.add(option);
      } else {
        groups.computeIfAbsent(heading.value(), unused -> new ArrayList<>()).add(option);
      }
    }
    groups.put(COMMON_HEADING, common);
    StringBuilder list = new StringBuilder();
    groups.forEach(
        (heading, options) ->
            list.append("%n%s:%n".formatted(heading)).append(list(help, options)));
    return list.toString();
  }

  private static String list(Help help, List<OptionSpec> options) {
    Help.Layout layout =
        help.createDefaultLayout(help.commandSpec().options(), List.of(), help.colorScheme());
    return help.optionListExcludingGroups(
        options, layout, null, help.createDefaultParamLabelRenderer());
  }

  private static @Nullable OptionHeading heading(OptionSpec option) {
    return option.userObject() instanceof Member field
        ? field.getDeclaringClass().getAnnotation(OptionHeading.class)
        : null;
  }
}
