package dev.weir.benchmarks;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import java.util.zip.ZipOutputStream;

/** One jar of many: what people deploy who think no more of it. */
final class FatJar {
  private FatJar() {}

  /** Writes a jar with everything that the jars hold; of equal names, the first. */
  static void write(List<Path> jars, Path out) throws IOException {
    Set<String> names = new HashSet<>();
    try (ZipOutputStream fat = new ZipOutputStream(Files.newOutputStream(out))) {
      for (Path jar : jars) {
        try (ZipFile content = new ZipFile(jar.toFile())) {
          for (ZipEntry entry : content.stream().toList()) {
            if (!entry.isDirectory() && names.add(entry.getName())) {
              fat.putNextEntry(new ZipEntry(entry.getName()));
              content.getInputStream(entry).transferTo(fat);
            }
          }
        }
      }
    }
  }
}
