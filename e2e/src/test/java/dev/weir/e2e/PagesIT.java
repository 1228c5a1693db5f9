package dev.weir.e2e;

import static dev.weir.e2e.Documents.lines;
import static dev.weir.e2e.Documents.withName;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.api.io.TempDir;

/**
 * The monitor's page and the report in a real browser: their numbers are the lake's, names out of
 * events stay text, and they fit on a phone and on paper.
 */
final class PagesIT {
  private static final int DESK = 1280;
  private static final int PHONE = 360;
  private static final int PAPER = 720; // of A4 between margins of a centimetre, in CSS pixels

  private static final String LOUD = "window.hostile=true";

  /** Names that would be markup, script, or disorder, if they were not kept as text. */
  private static final List<String> HOSTILE =
      List.of(
          "<script>" + LOUD + "</script>",
          "\"><img src=x onerror=\"" + LOUD + "\">",
          "'><svg onload='" + LOUD + "'>",
          "</script><script>" + LOUD + "</script>",
          "<!--<script>",
          "--><script>" + LOUD + "</script>",
          "]]>",
          "javascript:" + LOUD,
          "${" + LOUD + "}{{constructor.constructor('" + LOUD + "')()}}",
          "`);" + LOUD + "//",
          "\\\";" + LOUD + ";//",
          "&lt;b&gt;&amp;",
          "__proto__",
          "constructor",
          "toString",
          "a\u202egnp.exe",
          "\u2066rtl \u05d0\u05d1\u05d2",
          "zero\u200bwidth\u2028line",
          "\ud83d\ude80 \u6771\u4eac",
          "W".repeat(200),
          " ",
          "it's \"quoted\"");

  /** A number of the page, unrounded; it is there when the page shows what the ledger says. */
  private static final String SHOWN = "document.querySelector('[data-name=landed]')";

  private static final String VALUE = "document.querySelector('[data-name=%s]').dataset.value";

  private static Browser browser;

  @TempDir Path folder;
  private Path lake;
  private int number;

  @BeforeAll
  static void start(@TempDir Path home) throws Exception {
    browser = Browser.start(home);
  }

  @AfterAll
  static void end() {
    if (browser != null) {
      browser.close();
    }
  }

  @Test
  void numbersOfPageAndReportAreThoseOfTheLakeAndHostileNamesStayText() throws Exception {
    fill();
    Path report = folder.resolve("report.html");
    Weir.command("report", "--lake", lake, "--out", report).expect(0);

    try (MonitorProcess monitor = MonitorProcess.start(folder, lake, Ports.free())) {
      Browser.Page live = browser.open(monitor.address().resolve("#all"), DESK, 900);
      live.await(SHOWN);
      expectTheLakesNumbers(live);
      expectNamesToBeText(live);
      expectToFit(live);

      // It is live: what lands now is shown without a reload.
      live.evaluate("window.sameDocument = true");
      Weir.run(0, lines(folder.resolve("more.ndjson"), events("late", 5)), lake);
      live.await(VALUE.formatted("landed") + " === '" + landed() + "'");
      assertEquals(true, live.evaluate("window.sameDocument").value());
      expectTheLakesNumbers(live);

      Browser.Page file = browser.open(report.toUri(), DESK, 900);
      file.await(SHOWN);
      expectNamesToBeText(file);
      expectToFit(file);
      file.resize(DESK, 900);
      Weir.command("report", "--lake", lake, "--out", report).expect(0);
      Browser.Page again = browser.open(report.toUri(), DESK, 900);
      again.await(SHOWN);
      expectTheLakesNumbers(again);
      expectNothingFromElsewhere(again);
      expectToBeLightAndDark(again);

      for (Browser.Page page : List.of(live, file, again)) {
        assertEquals(List.of(), page.complaints());
      }
    }
  }

  /** So that the other tests can fail. */
  @Test
  void whatIsWrongWithAPageIsNoticed() throws Exception {
    Path bad = folder.resolve("bad.html");
    Files.writeString(
        bad,
        """
        <!doctype html><meta charset="utf-8"><link rel="icon" href="data:,">
        <meta http-equiv="Content-Security-Policy" content="script-src 'sha256-%s' 'sha256-%s'">
        <body><p style="width: 2000px">wide</p><img src="nowhere.png" onerror="never()">
        <script>%s</script><script>%s</script><script>never()</script>
        """
            .formatted(hash(ERROR), hash(FAULT), ERROR, FAULT));

    Browser.Page page = browser.open(bad.toUri(), PHONE, 800);

    String complaints = String.join("\n", page.complaints());
    for (String part : List.of("said", "undefinedFunction", "Content Security Policy", "nowhere")) {
      assertTrue(complaints.contains(part), () -> part + " is not in:\n" + complaints);
    }
    assertSays("wider than 360", () -> expectNoOverflow(page, PHONE));
    assertSays("elements out of names", () -> expectNamesToBeText(page));
  }

  private static void assertSays(String part, Executable check) {
    String said = assertThrows(AssertionError.class, check).getMessage();
    assertTrue(said.contains(part), said);
  }

  private static final String ERROR = "console.error('said')";
  private static final String FAULT = "undefinedFunction()";

  private static String hash(String script) throws Exception {
    byte[] hash = MessageDigest.getInstance("SHA-256").digest(script.getBytes(UTF_8));
    return Base64.getEncoder().encodeToString(hash);
  }

  @Test
  void emptyLakeHasAPageAndAReport() throws Exception {
    lake = folder.resolve("lake");
    Weir.run(0, lines(folder.resolve("none.ndjson"), List.of()), lake);
    Path report = folder.resolve("report.html");
    Weir.command("report", "--lake", lake, "--out", report).expect(0);

    try (MonitorProcess monitor = MonitorProcess.start(folder, lake, Ports.free())) {
      for (URI address : List.of(monitor.address(), report.toUri())) {
        Browser.Page page = browser.open(address, PHONE, 800);
        page.await(SHOWN);
        assertEquals("0", page.evaluate(VALUE.formatted("landed")).text());
        assertEquals(List.of(), page.complaints());
      }
    }
  }

  /** Good events of hostile names, duplicates, dead letters and conflicts. */
  private void fill() throws Exception {
    lake = folder.resolve("lake");
    List<String> documents = new ArrayList<>();
    for (String name : HOSTILE) {
      documents.addAll(events(name, 3));
      documents.add(documents.get(documents.size() - 1));
    }
    documents.add("<script>" + LOUD + "</script>");
    documents.add("{\"event_uuid\":\"<img src=x onerror=" + LOUD + ">\"}");
    Path input = folder.resolve("<img src=x onerror=" + LOUD + ">.ndjson");
    Weir.run(0, lines(input, documents), lake);
    Weir.run(
        0,
        lines(
            folder.resolve("conflict.ndjson"),
            List.of(Documents.event(Documents.quoted(Documents.id(0)), "\"x\"", "1", "{}"))),
        lake);
  }

  private List<String> events(String name, int count) {
    List<String> events = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      events.add(withName(number++, name + ":seen"));
    }
    return events;
  }

  private long landed() {
    try (LakeTables tables = new LakeTables(lake)) {
      return tables.number("SELECT count(*) FROM events");
    }
  }

  /** Compares with the lake's own tables, counted in SQL. */
  private void expectTheLakesNumbers(Browser.Page page) throws Exception {
    try (LakeTables tables = new LakeTables(lake);
        Duck duck = new Duck()) {
      String plans =
          "read_json('%s/_weir/attempts/*.json', columns = {received: 'BIGINT', duplicates: 'BIGINT'})"
              .formatted(lake);
      Map<String, Long> expected = new TreeMap<>();
      expected.put("landed", tables.number("SELECT count(*) FROM events"));
      expected.put("dead_letters", tables.number("SELECT count(*) FROM dead_letters"));
      expected.put(
          "conflicts",
          tables.number(
              "SELECT count(*) FROM dead_letters WHERE reason = 'conflicting_duplicate'"));
      expected.put("received", duck.number("SELECT sum(received) FROM " + plans));
      expected.put("duplicates", (long) HOSTILE.size());
      expected.put("filtered", 0L);
      expected.put("files", (long) LakeTables.objects(lake).size());
      for (Map.Entry<String, Long> number : expected.entrySet()) {
        assertEquals(
            number.getValue() + "",
            page.evaluate(VALUE.formatted(number.getKey())).text(),
            number.getKey());
      }
      // What people read: each type that landed, with its count.
      List<String> shown =
          texts(
              page,
              "[...document.querySelectorAll('#event-types tbody tr')].map(row =>"
                  + " row.cells[1].textContent).filter(n => n !== '0')");
      List<String> landed =
          tables.column("SELECT count(*) FROM events GROUP BY split_part(event_name, ':', 1)");
      assertEquals(landed.stream().sorted().toList(), shown.stream().sorted().toList());
      assertEquals(
          tables
              .column("SELECT reason || ' ' || count(*) FROM dead_letters GROUP BY reason")
              .stream()
              .sorted()
              .toList(),
          texts(
                  page,
                  "[...document.querySelectorAll('#dead-letters tbody tr')].map(row =>"
                      + " row.cells[0].textContent + ' ' + row.cells[1].textContent)")
              .stream()
              .sorted()
              .toList());
    }
  }

  /** Nothing of a name has become an element or was run, and names are there to be read. */
  private static void expectNamesToBeText(Browser.Page page) throws Exception {
    assertEquals("undefined", page.evaluate("typeof window.hostile").text());
    assertEquals(
        0,
        page.evaluate("document.querySelectorAll('img, svg, iframe, b').length").number(),
        "elements out of names");
    String text = page.evaluate("document.body.innerText").text();
    for (String name :
        List.of(HOSTILE.get(0), HOSTILE.get(1), HOSTILE.get(3), "&lt;b&gt;&amp;", "__proto__")) {
      assertTrue(text.contains(name), () -> name + " is not on the page:\n" + text);
    }
    // What orders or hides text is shown as something that does neither.
    assertTrue(!text.matches("(?s).*[\u202a-\u202e\u2066-\u2069\u200b\u2028].*"), text);
  }

  private static void expectToFit(Browser.Page page) throws Exception {
    assertEquals(
        "width=device-width, initial-scale=1",
        page.evaluate("document.querySelector('meta[name=viewport]').content").text());
    for (int width : List.of(DESK, PHONE)) {
      page.resize(width, 800);
      expectNoOverflow(page, width);
    }
    page.resize(PAPER, 1000);
    page.show("print", "light");
    expectNoOverflow(page, PAPER);
    // On paper nobody scrolls: no part of a table is cut off either.
    assertEquals(
        List.of(),
        texts(
            page,
            "[...document.querySelectorAll('body *')].filter(e => e.scrollWidth > e.clientWidth + 1"
                + " && e.clientWidth > 0 && getComputedStyle(e).overflowX !== 'visible')"
                + ".map(e => e.tagName + '.' + e.className)"),
        "cut off on paper");
    page.show("screen", "light");
  }

  private static void expectNoOverflow(Browser.Page page, int width) throws Exception {
    List<String> wide =
        texts(
            page,
            "document.documentElement.scrollWidth <= document.documentElement.clientWidth ? [] :"
                + " [...document.querySelectorAll('body *')].filter(e =>"
                + " e.getBoundingClientRect().right > innerWidth + 1).map(e => e.tagName + '.' +"
                + " e.className + ' ' + e.textContent.slice(0, 40))");
    assertEquals(List.of(), wide, "wider than " + width);
  }

  private static void expectToBeLightAndDark(Browser.Page page) throws Exception {
    String background = "getComputedStyle(document.body).backgroundColor";
    page.show("screen", "light");
    String light = page.evaluate(background).text();
    page.show("screen", "dark");
    String dark = page.evaluate(background).text();
    assertNotEquals(light, dark);
    page.show("print", "dark");
    assertNotEquals(dark, page.evaluate(background).text(), "nobody prints a dark page");
    page.show("screen", "light");
  }

  /** The report is one file: it asks for nothing else. */
  private static void expectNothingFromElsewhere(Browser.Page page) throws Exception {
    assertEquals(
        List.of(), texts(page, "performance.getEntriesByType('resource').map(e => e.name)"));
    assertEquals(
        0,
        page.evaluate("document.querySelectorAll('[src], link[rel=stylesheet]').length").number());
  }

  private static List<String> texts(Browser.Page page, String expression) throws Exception {
    return page.evaluate(expression).elements().stream().map(Json::text).toList();
  }
}
