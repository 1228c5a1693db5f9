package dev.weir.local;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** What the machine's Node runs: fetched by npm once, as its lock file says. */
final class NodeProgram {
  private static final int NODE_MAJOR = 18;
  private static final long FETCH_SECONDS = 300;
  private static final long VERSION_SECONDS = 20;
  private static final String KINESIS = "kinesis-local-0.6.2";
  private static final List<String> FILES =
      List.of("package.json", "package-lock.json", "loopback.js");

  private NodeProgram() {}

  /**
   * The machine's Node.
   *
   * @throws IOException if there is none, or an old one
   */
  static Path node() throws IOException {
    Path node = program("node");
    program("npm");
    Process process = new ProcessBuilder(node.toString(), "--version").start();
    try (InputStream output = process.getInputStream()) {
      String version =
          new String(output.readAllBytes(), java.nio.charset.StandardCharsets.US_ASCII);
      await(process, VERSION_SECONDS, "node --version");
      String major = version.trim().replaceFirst("^v(\\d+).*$", "$1");
      if (!major.matches("\\d{1,6}") || Integer.parseInt(major) < NODE_MAJOR) {
        throw new IOException(
            "%s is version '%s': install Node %d or newer"
                .formatted(node, version.trim(), NODE_MAJOR));
      }
    }
    return node;
  }

  /** The folder with kinesis-local, and what is loaded before it; fetched if it is not there. */
  static Path kinesis(LocalTools tools) throws IOException {
    Path folder = tools.folder().resolve(KINESIS);
    if (Files.isDirectory(folder)) {
      return folder;
    }
    Files.createDirectories(tools.folder());
    Path fetched = Files.createTempDirectory(tools.folder(), "kinesis-local-fetched");
    try {
      for (String file : FILES) {
        try (InputStream content = NodeProgram.class.getResourceAsStream("kinesis/" + file)) {
          if (content == null) {
            throw new IOException("kinesis/" + file + " is not in this program");
          }
          Files.copy(content, fetched.resolve(file));
        }
      }
      fetch(fetched);
      Files.move(fetched, folder);
    } catch (FileAlreadyExistsException | java.nio.file.DirectoryNotEmptyException e) {
      // Another process was faster; its folder is as good.
    } finally {
      Folders.delete(fetched);
    }
    return folder;
  }

  private static void fetch(Path folder) throws IOException {
    Path output = folder.resolve("npm.log");
    Process process =
        new ProcessBuilder(
                program("npm").toString(), "ci", "--ignore-scripts", "--no-audit", "--no-fund")
            .directory(folder.toFile())
            .redirectErrorStream(true)
            .redirectOutput(output.toFile())
            .start();
    await(process, FETCH_SECONDS, "npm ci");
    if (process.exitValue() != 0) {
      throw new IOException(
          "npm ci did not fetch kinesis-local; can this machine reach an npm registry? It said:\n"
              + Files.readString(output));
    }
  }

  private static void await(Process process, long seconds, String name) throws IOException {
    try {
      if (process.waitFor(seconds, TimeUnit.SECONDS)) {
        return;
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    process.destroyForcibly();
    throw new IOException("%s did not end within %d s".formatted(name, seconds));
  }

  private static Path program(String name) throws IOException {
    return LocalTools.program(name)
        .orElseThrow(
            () ->
                new IOException(
                    "%s is not installed: kinesis-local needs Node %d or newer with npm"
                        .formatted(name, NODE_MAJOR)));
  }
}
