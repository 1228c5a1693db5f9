package dev.weir.cli.report;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import org.jspecify.annotations.Nullable;

/** The files that the monitor's page and the report are made of. */
public final class PageAssets {
  private static final String CHART =
      "/META-INF/resources/webjars/chart.js/4.4.9/dist/chart.umd.js";

  private PageAssets() {}

  /** The frame of the page, which loads the other files by their names here. */
  public static byte[] page() throws IOException {
    return read("page.html");
  }

  /** Its script, {@code page.js}. */
  public static byte[] script() throws IOException {
    return read("page.js");
  }

  /** Its styles, {@code page.css}. */
  public static byte[] styles() throws IOException {
    return read("page.css");
  }

  /** The library of plots, {@code chart.js}. */
  public static byte[] charts() throws IOException {
    return read(CHART);
  }

  private static byte[] read(String name) throws IOException {
    try (@Nullable InputStream in = PageAssets.class.getResourceAsStream(name)) {
      if (in == null) {
        throw new FileNotFoundException("the jars lack " + name);
      }
      return in.readAllBytes();
    }
  }
}
