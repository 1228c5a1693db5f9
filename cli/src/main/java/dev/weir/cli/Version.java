package dev.weir.cli;

import java.io.IOException;
import java.io.InputStream;
import java.util.Properties;
import picocli.CommandLine.IVersionProvider;

/** What {@code weir --version} prints. */
final class Version implements IVersionProvider {
  /** Written by the build, so that no DuckDB needs to be started to know its version. */
  private static final String RESOURCE = "version.properties";

  @Override
  public String[] getVersion() throws IOException {
    Properties versions = new Properties();
    try (InputStream in = Version.class.getResourceAsStream(RESOURCE)) {
      if (in == null) {
        throw new IOException("the jar lacks " + RESOURCE);
      }
      versions.load(in);
    }
    return new String[] {
      "weir " + versions.getProperty("weir"),
      "DuckDB " + versions.getProperty("duckdb"),
      "Java %s (%s), %s %s"
          .formatted(
              System.getProperty("java.version"),
              System.getProperty("java.vendor"),
              System.getProperty("os.name"),
              System.getProperty("os.arch"))
    };
  }
}
