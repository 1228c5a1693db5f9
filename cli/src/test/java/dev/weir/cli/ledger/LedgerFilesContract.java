package dev.weir.cli.ledger;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.OptionalLong;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** What every {@link LedgerFiles} promises; each adapter has a test that extends this. */
abstract class LedgerFilesContract {
  /** The adapter, over a lake that is empty at first. */
  abstract LedgerFiles files();

  /** Puts an object into the lake. */
  abstract void put(String key, byte[] content) throws IOException;

  private void attempt(String name) {
    try {
      put("_weir/attempts/" + name, name.getBytes(UTF_8));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Test
  void lakeWithoutALedgerHasNoNames() throws IOException {
    assertEquals(List.of(), files().names(""));
    assertEquals(List.of(), files().names("0000"));
    assertTrue(files().read("a.json").isEmpty());
  }

  @Test
  void namesAfterAnotherComeInTheirOrder() throws IOException {
    for (String name : new String[] {"b.sealed.json", "c.json", "a.json", "b.json"}) {
      attempt(name);
    }
    put("_weir/claims-epoch", new byte[1]);
    put("_weir/attempts-not", new byte[1]);
    put("events/x.parquet", new byte[1]);
    assertEquals(List.of("a.json", "b.json", "b.sealed.json", "c.json"), files().names(""));
    assertEquals(List.of("b.sealed.json", "c.json"), files().names("b.json"));
    assertEquals(List.of("b.json", "b.sealed.json", "c.json"), files().names("b"));
    assertEquals(List.of(), files().names("d"));
  }

  @Test
  void moreNamesThanFitAPageAreAllThere() throws IOException {
    List<Integer> numbers = IntStream.range(0, 1050).boxed().toList();
    numbers.parallelStream().forEach(i -> attempt("%04d.json".formatted(i)));
    List<String> all = files().names("");
    assertEquals(1050, all.size());
    assertEquals("1049.json", all.get(1049));
    assertEquals(50, files().names("0999.json").size());
  }

  @Test
  void objectsAreReadWhole() throws IOException {
    attempt("a.json");
    assertArrayEquals("a.json".getBytes(UTF_8), files().read("a.json").orElseThrow());
    assertTrue(files().read("b.json").isEmpty());
  }

  @Test
  void sizesAreToldOfObjectsOnly() throws IOException {
    put("events/date=2026-01-01/event_type=a%2Fb/x-0.parquet", new byte[7]);
    assertEquals(
        OptionalLong.of(7), files().bytes("events/date=2026-01-01/event_type=a%2Fb/x-0.parquet"));
    assertEquals(OptionalLong.empty(), files().bytes("events/date=2026-01-01/x-1.parquet"));
  }

  @Test
  void everyQuestionIsCounted() throws IOException {
    attempt("a.json");
    LedgerFiles.Requests before = files().requests();
    files().names("");
    files().read("a.json");
    files().read("b.json");
    files().bytes("events/no.parquet");
    LedgerFiles.Requests after = files().requests();
    assertEquals(1, after.lists() - before.lists());
    assertEquals(2, after.gets() - before.gets());
    assertEquals(1, after.heads() - before.heads());
  }
}
