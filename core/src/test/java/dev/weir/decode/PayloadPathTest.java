package dev.weir.decode;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PayloadPathTest {
  @Test
  void textAndNamesSayTheSame() {
    assertEquals(List.of("user", "id"), PayloadPath.parse("user.id").names());
    assertEquals(List.of("a.b", "c"), PayloadPath.parse("\"a.b\".c").names());
    assertEquals(List.of("", "\"", "$x y"), PayloadPath.parse("\"\".\"\"\"\".$x y").names());
    for (String text : List.of("user.id", "\"a.b\".c", "\"\".\"\"\"\".$x y")) {
      assertEquals(text, PayloadPath.parse(text).toString());
    }
    assertEquals("a", PayloadPath.parse("\"a\"").toString());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", ".", "a.", ".a", "a..b", "\"a", "\"a\"b", "a\"b\"", "1.2.3.4.5.6.7.8.9.10.11"})
  void whatIsNoPathIsRefused(String text) {
    assertThrows(IllegalArgumentException.class, () -> PayloadPath.parse(text));
  }
}
