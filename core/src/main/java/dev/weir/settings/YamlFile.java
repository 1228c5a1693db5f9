package dev.weir.settings;

import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.api.lowlevel.Compose;
import org.snakeyaml.engine.v2.exceptions.Mark;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.NodeTuple;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.nodes.SequenceNode;
import org.snakeyaml.engine.v2.nodes.Tag;
import org.snakeyaml.engine.v2.resolver.CoreScalarResolver;
import org.snakeyaml.engine.v2.resolver.ScalarResolver;
import org.snakeyaml.engine.v2.schema.CoreSchema;

/**
 * A settings file in YAML 1.2: sections of keys, each a single value or a list.
 *
 * <p>It is read as a tree of nodes, not as objects, so that every message can name the line and a
 * value is read by its key's type and not by what YAML takes it for.
 */
final class YamlFile {
  private static final Set<Tag> PLAIN = Set.of(Tag.STR, Tag.INT, Tag.FLOAT, Tag.BOOL);

  private final Path file;
  private final Map<Key<?>, Given> given = new LinkedHashMap<>();

  private YamlFile(Path file) {
    this.file = file;
  }

  /**
   * The values that the file sets.
   *
   * @throws SettingsException if it cannot be read, is no YAML, or names what is no key
   */
  static Map<Key<?>, Given> read(Path file) {
    YamlFile yaml = new YamlFile(file);
    yaml.compose(yaml.text()).ifPresent(yaml::addSections);
    return yaml.given;
  }

  private String text() {
    try {
      return Files.readString(file);
    } catch (NoSuchFileException e) {
      throw unreadable("there is no such file", e);
    } catch (AccessDeniedException e) {
      throw unreadable("permission is denied", e);
    } catch (CharacterCodingException e) {
      throw unreadable("it is not UTF-8", e);
    } catch (IOException e) {
      throw unreadable(
          Files.isDirectory(file) ? "it is a directory" : String.valueOf(e.getMessage()), e);
    }
  }

  private SettingsException unreadable(String why, IOException cause) {
    return new SettingsException(
        "the settings file is %s; allowed is a file that can be read: %s"
            .formatted(Key.quoted(file.toString()), why),
        cause);
  }

  private Optional<Node> compose(String text) {
    LoadSettings settings =
        LoadSettings.builder().setLabel(file.toString()).setSchema(new WithoutMerge()).build();
    try {
      return new Compose(settings).composeString(text);
    } catch (MarkedYamlEngineException e) {
      // Not kept as the cause: it quotes the lines around the problem, and they may hold a secret.
      throw new SettingsException(
          "%s is no valid YAML (%s); %s"
              .formatted(Key.quoted(file.toString()), at(e.getProblemMark()), problem(e)));
    } catch (YamlEngineException e) {
      throw new SettingsException(
          "%s is no valid YAML; it holds a character that YAML does not allow, or is too large"
              .formatted(Key.quoted(file.toString())));
    }
  }

  /** What is wrong, without a part of a value: an alias or a tag may be a secret without quotes. */
  private static String problem(MarkedYamlEngineException e) {
    String problem = e.getProblem();
    return problem.startsWith("found undefined alias") || problem.startsWith("found undefined tag")
        ? "a value that starts with * or ! needs quotes"
        : Key.oneLine(problem);
  }

  private void addSections(Node root) {
    if (isNull(root)) {
      return;
    }
    if (!(root instanceof MappingNode sections)) {
      throw new SettingsException(
          "%s is %s (%s); allowed is a mapping of sections"
              .formatted(Key.quoted(file.toString()), kind(root), at(root)));
    }
    Map<String, Node> seen = new HashMap<>();
    for (NodeTuple tuple : sections.getValue()) {
      String section = name(tuple.getKeyNode());
      refuseSecond(section, tuple.getKeyNode(), seen);
      if (Suggestions.keysOf(section).isEmpty()) {
        throw Suggestions.unknownSection(section, at(tuple.getKeyNode()));
      }
      addKeys(section, tuple.getValueNode());
    }
  }

  private void addKeys(String section, Node node) {
    // A section whose keys are all commented out is null to YAML.
    if (isNull(node)) {
      return;
    }
    if (!(node instanceof MappingNode keys)) {
      throw new SettingsException(
          "%s is %s (%s); allowed is a section with the keys %s"
              .formatted(section, kind(node), at(node), Suggestions.keysOf(section)));
    }
    Map<String, Node> seen = new HashMap<>();
    for (NodeTuple tuple : keys.getValue()) {
      String name = section + "." + name(tuple.getKeyNode());
      refuseSecond(name, tuple.getKeyNode(), seen);
      Key<?> key =
          Keys.named(name).orElseThrow(() -> Suggestions.unknownKey(name, at(tuple.getKeyNode())));
      addValue(key, tuple.getValueNode());
    }
  }

  private void addValue(Key<?> key, Node node) {
    // null says "as if the key were not here", which only a key without a default can mean.
    if (isNull(node) && key.defaults().isEmpty()) {
      return;
    }
    if (key.isStructured()) {
      given.put(key, new Given(List.of(NodeText.of(node)), at(node)));
    } else if (node instanceof SequenceNode sequence && key.isList()) {
      List<String> texts = new ArrayList<>();
      for (Node entry : sequence.getValue()) {
        texts.add(text(key, entry, "has an entry that is "));
      }
      given.put(key, new Given(texts, at(node)));
    } else {
      given.put(key, new Given(List.of(text(key, node, "is ")), at(node)));
    }
  }

  private String text(Key<?> key, Node node, String subject) {
    if (node instanceof ScalarNode scalar && PLAIN.contains(node.getTag())) {
      return scalar.getValue();
    }
    throw key.refusal(subject + kind(node), at(node));
  }

  private String name(Node node) {
    if (node instanceof ScalarNode scalar) {
      return scalar.getValue();
    }
    throw new SettingsException(
        "the name of a key is %s (%s); allowed is a word".formatted(kind(node), at(node)));
  }

  private void refuseSecond(String name, Node node, Map<String, Node> seen) {
    Node first = seen.putIfAbsent(name, node);
    if (first != null) {
      throw new SettingsException(
          "%s is set twice (%s and %s); allowed is once"
              .formatted(Key.quoted(name), at(first), at(node)));
    }
  }

  private static boolean isNull(Node node) {
    return node.getTag().equals(Tag.NULL);
  }

  /** What a node is, without its value, which may be a secret. */
  private static String kind(Node node) {
    if (node instanceof MappingNode) {
      return "a mapping";
    }
    if (node instanceof SequenceNode) {
      return "a list";
    }
    if (isNull(node)) {
      return "empty";
    }
    if (node.getTag().equals(Tag.ENV_TAG)) {
      return "a ${placeholder}, which nothing fills in";
    }
    return PLAIN.contains(node.getTag()) ? "a single value" : "a value with a YAML tag";
  }

  private String at(Node node) {
    return at(node.getStartMark());
  }

  private String at(Optional<Mark> mark) {
    return mark.map(m -> file + ":" + (m.getLine() + 1)).orElse(file.toString());
  }

  /** YAML 1.2 as it stands: a merge ({@code <<}) would replace keys without a word. */
  private static final class WithoutMerge extends CoreSchema {
    @Override
    public ScalarResolver getScalarResolver() {
      return new CoreScalarResolver(false);
    }
  }
}
