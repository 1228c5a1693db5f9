package dev.weir.settings;

import java.util.List;

/**
 * A value as a person gave it.
 *
 * @param texts the text, or the texts of a list in order
 * @param origin where it was given, for messages: {@code weir.yaml:12}, {@code WEIR_RUN_WORKERS},
 *     {@code --workers}
 */
record Given(List<String> texts, String origin) {
  Given {
    texts = List.copyOf(texts);
  }
}
