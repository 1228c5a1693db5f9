package dev.weir.cli.report;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;

/**
 * The report as one page that needs nothing else: scripts, styles and numbers are in it, and its
 * content security policy lets no others run.
 */
final class ReportHtml {
  private ReportHtml() {}

  /**
   * The page.
   *
   * @param json what {@link ReportJson} made: it ends no element
   */
  static byte[] of(byte[] json) throws IOException {
    String styles = new String(PageAssets.styles(), UTF_8);
    String charts = inScript(new String(PageAssets.charts(), UTF_8));
    String script = inScript(new String(PageAssets.script(), UTF_8));
    String policy =
        "default-src 'none'; script-src %s %s; style-src %s; img-src data:; base-uri 'none'; form-action 'none'"
            .formatted(hash(charts), hash(script), hash(styles));
    StringBuilder page = new StringBuilder(charts.length() + json.length + (1 << 15));
    page.append("<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n")
        .append("<meta http-equiv=\"Content-Security-Policy\" content=\"")
        .append(policy)
        .append("\">\n")
        .append(
            "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
                + "<meta name=\"referrer\" content=\"no-referrer\">\n"
                + "<title>Weir report</title>\n<link rel=\"icon\" href=\"data:,\">\n<style>")
        .append(styles)
        .append(
            "</style>\n</head>\n<body>\n<header><h1>Weir report</h1></header>\n"
                + "<noscript><p>This page needs JavaScript; weir report --format md does"
                + " without.</p></noscript>\n<main id=\"main\"></main>\n"
                + "<script type=\"application/json\" id=\"data\">")
        .append(new String(json, UTF_8).strip())
        .append("</script>\n<script>")
        .append(charts)
        .append("</script>\n<script>")
        .append(script)
        .append("</script>\n</body>\n</html>\n");
    return page.toString().getBytes(UTF_8);
  }

  /** What ends a script ends it also within a text of it. */
  private static String inScript(String script) {
    if (script.contains("</script") || script.contains("<!--")) {
      throw new IllegalStateException("a script of the page cannot stand in a page");
    }
    return script.replace("\r\n", "\n");
  }

  private static String hash(String content) {
    try {
      byte[] digest = MessageDigest.getInstance("SHA-256").digest(content.getBytes(UTF_8));
      return "'sha256-" + Base64.getEncoder().encodeToString(digest) + "'";
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }
}
