package dev.weir.settings;

import java.util.stream.Collectors;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.nodes.SequenceNode;

/** A part of a settings file as one text in JSON, every scalar as the string that was written. */
final class NodeText {
  private NodeText() {}

  static String of(Node node) {
    if (node instanceof SequenceNode sequence) {
      return sequence.getValue().stream()
          .map(NodeText::of)
          .collect(Collectors.joining(",", "[", "]"));
    }
    if (node instanceof MappingNode mapping) {
      return mapping.getValue().stream()
          .map(member -> of(member.getKeyNode()) + ":" + of(member.getValueNode()))
          .collect(Collectors.joining(",", "{", "}"));
    }
    return node instanceof ScalarNode scalar ? quoted(scalar.getValue()) : quoted("");
  }

  private static String quoted(String text) {
    StringBuilder quoted = new StringBuilder("\"");
    text.chars()
        .forEach(
            c -> {
              if (c == '"' || c == '\\') {
                quoted.append('\\').append((char) c);
              } else if (c < ' ' || c > '~') {
                quoted.append("\\u%04x".formatted(c));
              } else {
                quoted.append((char) c);
              }
            });
    return quoted.append('"').toString();
  }
}
