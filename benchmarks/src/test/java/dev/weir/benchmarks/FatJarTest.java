package dev.weir.benchmarks;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class FatJarTest {
  @TempDir Path folder;

  @Test
  void fatJarHasEverythingAndOfEqualNamesTheFirst() throws IOException {
    Path first = jar("first", Map.of("a/", "", "a/both", "1", "a/first", "2"));
    Path second = jar("second", Map.of("a/", "", "a/both", "3", "b", "4"));
    Path fat = folder.resolve("fat.jar");
    FatJar.write(List.of(first, second), fat);
    assertEquals(Map.of("a/both", "1", "a/first", "2", "b", "4"), content(fat));
  }

  private Path jar(String name, Map<String, String> entries) throws IOException {
    Path jar = folder.resolve(name + ".jar");
    try (ZipOutputStream out = new ZipOutputStream(Files.newOutputStream(jar))) {
      for (Map.Entry<String, String> entry : new TreeMap<>(entries).entrySet()) {
        out.putNextEntry(new ZipEntry(entry.getKey()));
        out.write(entry.getValue().getBytes(StandardCharsets.UTF_8));
      }
    }
    return jar;
  }

  private static Map<String, String> content(Path jar) throws IOException {
    Map<String, String> content = new TreeMap<>();
    try (ZipFile zip = new ZipFile(jar.toFile())) {
      for (ZipEntry entry : zip.stream().toList()) {
        byte[] bytes = zip.getInputStream(entry).readAllBytes();
        content.put(entry.getName(), new String(bytes, StandardCharsets.UTF_8));
      }
    }
    return content;
  }
}
