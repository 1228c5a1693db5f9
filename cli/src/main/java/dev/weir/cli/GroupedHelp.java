package dev.weir.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import picocli.CommandLine;
import picocli.CommandLine.Help;
import picocli.CommandLine.IHelpSectionRenderer;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.UsageMessageSpec;

/** Puts a command's own groups of options first, and those that every command has last. */
final class GroupedHelp implements IHelpSectionRenderer {
  private GroupedHelp() {}

  /** Applies to a command and its subcommands. */
  static void applyTo(CommandLine command) {
    Map<String, IHelpSectionRenderer> renderers = command.getHelpSectionMap();
    renderers.put(UsageMessageSpec.SECTION_KEY_OPTION_LIST, new GroupedHelp());
    List<String> sections = new ArrayList<>(command.getHelpSectionKeys());
    sections.remove(UsageMessageSpec.SECTION_KEY_OPTION_LIST_HEADING);
    sections.remove(UsageMessageSpec.SECTION_KEY_OPTION_LIST);
    sections.add(
        sections.indexOf(UsageMessageSpec.SECTION_KEY_FOOTER_HEADING),
        UsageMessageSpec.SECTION_KEY_OPTION_LIST);
    command.setHelpSectionKeys(sections);
    command.getSubcommands().values().forEach(GroupedHelp::applyTo);
  }

  @Override
  public String render(Help help) {
    List<OptionSpec> ungrouped = new ArrayList<>(help.commandSpec().options());
    ungrouped.removeIf(option -> option.group() != null);
    return help.optionListGroupSections()
        + "%nAlways:%n".formatted()
        + help.optionListExcludingGroups(ungrouped);
  }
}
