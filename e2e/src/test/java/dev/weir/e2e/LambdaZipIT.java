package dev.weir.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The deployment zips are what docs/reference/lambda.md says, and within Lambda's limits. */
class LambdaZipIT {
  private static final long MOST_BYTES = 250L << 20;

  // The second column is the machine in an ELF header.
  @ParameterizedTest
  @CsvSource({"x86_64, 62", "arm64, 183"})
  void zipHoldsOnePlatformAndNothingElse(String platform, int machine) throws IOException {
    Path file = Checkout.ROOT.resolve("lambda/target/weir-lambda-" + platform + ".zip");
    assertEquals("rwxr-xr-x", permissions(file, "weir-start"));
    try (ZipFile zip = new ZipFile(file.toFile())) {
      long bytes = zip.stream().mapToLong(ZipEntry::getSize).sum();
      System.out.printf(
          "%s: %.1f MiB, %.1f MiB unzipped%n",
          file.getFileName(), Files.size(file) / 0x1p20, bytes / 0x1p20);
      assertTrue(bytes < MOST_BYTES, "unzipped: " + bytes);

      List<String> names = zip.stream().map(ZipEntry::getName).toList();
      List<String> natives =
          names.stream()
              .filter(name -> name.matches(".*\\.(so|dll|dylib|so_.*)"))
              .sorted()
              .toList();
      assertEquals(List.of("lib/libduckdb_java.so", "lib/libzstd-jni-1.5.7-6.so"), natives);
      for (String library : natives) {
        assertEquals(machine, elfMachine(zip, library), library);
      }
      assertTrue(names.contains("lib/weir-lambda-0.1.0.jar"));
      assertTrue(names.contains("lib/native-classes.jar"));
      assertEquals(List.of(), names.stream().filter(name -> name.endsWith(".class")).toList());
      List<String> foreign =
          names.stream()
              .filter(
                  name ->
                      name.matches(
                          "lib/(picocli|weir-cli|slf4j-simple|junit|duckdb_jdbc|zstd-jni|netty"
                              + "|aws-crt|aws-lambda-java-runtime|aws-lambda-java-events).*"))
              .toList();
      assertEquals(List.of(), foreign);
    }
  }

  private static String permissions(Path zip, String name) throws IOException {
    try (FileSystem files =
        FileSystems.newFileSystem(
            URI.create("jar:" + zip.toUri()), Map.of("enablePosixFileAttributes", "true"))) {
      return PosixFilePermissions.toString(Files.getPosixFilePermissions(files.getPath(name)));
    }
  }

  private static int elfMachine(ZipFile zip, String name) throws IOException {
    try (InputStream content = zip.getInputStream(zip.getEntry(name))) {
      byte[] header = content.readNBytes(20);
      assertEquals(0x7F, header[0]);
      return header[18] & 0xFF | (header[19] & 0xFF) << 8;
    }
  }
}
