package dev.weir.cli.input;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class InputFilesTest {
  @TempDir private Path temp;
  private Path root;

  @BeforeEach
  void useTheRealPath() throws IOException {
    root = Files.createDirectory(temp.toRealPath().resolve("in"));
  }

  @Test
  void filesAreReadInTheOrderOfTheValues() throws Exception {
    files("b.json", "a.json");
    assertEquals(List.of("b.json", "a.json"), resolve("/b.json", "/a.json"));
  }

  @Test
  void folderIsReadWithEverythingBelowItByPath() throws Exception {
    files("b.json", "a/z", "a/b/c.gz", "a-b/x", "B");
    assertEquals(List.of("B", "a-b/x", "a/b/c.gz", "a/z", "b.json"), resolve(""));
  }

  @Test
  void hiddenFilesAreLeftOutUnlessNamed() throws Exception {
    files(".hidden", ".git/config", "a/.x", "a/y");
    assertEquals(List.of("a/y"), resolve(""));
    assertEquals(List.of(".hidden"), resolve("/.hidden"));
    assertEquals(List.of(".git/config"), resolve("/.git"));
    assertEquals(List.of(".hidden"), resolve("/.h*"));
    assertEquals(List.of("a/y"), resolve("/**"));
  }

  @Test
  void linksAreFollowedButNotBackUp() throws Exception {
    files("a/x", "elsewhere/y");
    Files.createSymbolicLink(root.resolve("a/up"), root);
    Files.createSymbolicLink(root.resolve("a/other"), root.resolve("elsewhere"));
    assertEquals(List.of("elsewhere/y", "a/x"), resolve("/a"));
  }

  @Test
  void fileReachedTwiceIsReadOnceAtItsFirstPlace() throws Exception {
    files("a", "b");
    Files.createSymbolicLink(root.resolve("c"), root.resolve("a"));
    assertEquals(List.of("b", "a"), resolve("/b", "", "/a", "/c", "/./b", "/*"));
    assertEquals(1, InputFiles.resolve(List.of("-", "-")).count());
  }

  @Test
  void starsStayWithinANameUnlessThereAreTwo() throws Exception {
    files("1.json", "2.json.gz", "x/3.json", "x/y/4.json");
    assertEquals(List.of("1.json"), resolve("/*.json"));
    assertEquals(List.of("x/3.json"), resolve("/*/*.json"));
    assertEquals(List.of("1.json", "x/3.json", "x/y/4.json"), resolve("/**/*.json"));
    assertEquals(List.of("x/3.json", "x/y/4.json"), resolve("/x/**"));
    assertEquals(List.of("1.json", "2.json.gz"), resolve("/?.json*"));
  }

  @Test
  void classesAndAlternativesMatch() throws Exception {
    files("a1", "a2", "b1", "c,d", "e/f");
    assertEquals(List.of("a1", "b1"), resolve("/[ab]1"));
    assertEquals(List.of("a1", "a2", "b1"), resolve("/[!c-z]?"));
    assertEquals(List.of("a1", "b1", "e/f"), resolve("/{a1,b?,e/f,none}"));
    assertEquals(List.of("a2", "b1"), resolve("/{a{2,3},b1}"));
    assertEquals(List.of("c,d"), resolve("/c,?"));
    assertEquals(List.of("a1", "a2"), resolve("/a[]12]"));
  }

  @Test
  void folderThatAGlobMatchesIsReadLikeOneThatIsNamed() throws Exception {
    files("day=1/a", "day=1/h=2/b", "day=2/c", "other/d");
    assertEquals(List.of("day=1/a", "day=1/h=2/b", "day=2/c"), resolve("/day=*"));
    assertEquals(List.of("day=2/c"), resolve("/*2/"));
  }

  @Test
  void valueThatExistsIsNoGlob() throws Exception {
    files("[a].json", "a.json", "x{1,2}*");
    assertEquals(List.of("[a].json"), resolve("/[a].json"));
    assertEquals(List.of("x{1,2}*"), resolve("/x{1,2}*"));
    assertEquals(List.of("[a].json"), resolve("/\\[a\\].jso?"));
  }

  @Test
  void relativeGlobIsExpandedInTheWorkingFolder() throws Exception {
    InputFiles found = InputFiles.resolve(List.of("pom.x?l"));
    assertEquals(Path.of("pom.xml").toRealPath().toString(), found.files().get(0).shard());
  }

  @Test
  void valueThatNamesNothingIsRefusedInOneLine() throws Exception {
    Files.createDirectory(root.resolve("empty"));
    for (String value : List.of("/none", "/*.none", "/empty", "/none/*", "/{a", "/[z-a]", "/\0")) {
      assertRefused(root + value);
    }
    assertRefused("");
    assertRefused("no\nsuch\nfile");
    Files.createSymbolicLink(root.resolve("dangling"), root.resolve("none"));
    assertRefused(root + "/dangling");
  }

  @Test
  void linkToNowhereInAFolderOrGlobIsLeftToTheReader() throws Exception {
    Files.createSymbolicLink(root.resolve("dangling"), root.resolve("none"));
    assertEquals(List.of("dangling"), resolve(""));
    assertEquals(List.of("dangling"), resolve("/d*"));
  }

  @Test
  void totalIsKnownUnlessThereIsAStream() throws Exception {
    Files.writeString(root.resolve("a"), "123");
    Files.writeString(root.resolve("b"), "4567");
    assertEquals(7, InputFiles.resolve(List.of(root.toString())).totalBytes());
    InputFiles withStream = InputFiles.resolve(List.of(root.toString(), "-"));
    assertEquals(-1, withStream.totalBytes());
    assertEquals(3, withStream.count());
    assertEquals(-1, InputFiles.resolve(List.of("/dev/null")).totalBytes());
  }

  private static void assertRefused(String value) {
    UnusableInputException refusal =
        assertThrows(UnusableInputException.class, () -> InputFiles.resolve(List.of(value)));
    String message = String.valueOf(refusal.getMessage());
    assertTrue(message.startsWith("input '" + value.replaceAll("\\p{Cntrl}", "?") + "' "), message);
    assertTrue(message.contains("; allowed is "), message);
    assertFalse(message.contains("\n"), message);
  }

  private List<String> resolve(String... belowRoot) throws UnusableInputException {
    List<String> values = Arrays.stream(belowRoot).map(value -> root + value).toList();
    return InputFiles.resolve(values).files().stream()
        .map(file -> root.relativize(Path.of(file.shard())).toString())
        .toList();
  }

  private void files(String... names) throws IOException {
    for (String name : names) {
      Path file = root.resolve(name);
      Files.createDirectories(file.getParent());
      Files.writeString(file, "1\n");
    }
  }
}
