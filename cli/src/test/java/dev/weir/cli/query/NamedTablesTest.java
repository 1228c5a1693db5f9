package dev.weir.cli.query;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.sql.Connection;
import java.sql.DriverManager;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class NamedTablesTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      quoteCharacter = '~',
      textBlock =
          """
          SELECT 1                                                   ; ~~
          FROM events                                                ; events
          SELECT "events" FROM main."Dead_Letters"                   ; dead_letters
          SELECT events_by_type, dead_letters FROM attempts          ; attempts
          DESCRIBE events                                            ; events
          SHOW attempts                                              ; attempts
          SUMMARIZE SELECT * FROM dead_letters                       ; dead_letters
          SHOW TABLES                                                ; ~~
          WITH a AS (FROM events) SELECT (SELECT 1 FROM attempts), * FROM a ; attempts events
          SELECT 1 WHERE 2 IN (SELECT 2 FROM events UNION FROM dead_letters) ; dead_letters events
          SELECT 'FROM events' -- events                             ; ~~
          FROM query('FROM ev' || 'ents')                            ; attempts dead_letters events replayed
          FROM query_table('events')                                 ; attempts dead_letters events replayed
          SELEC events                                               ; ~~
          """)
  void tablesAreThoseThatTheParserSees(String sql, String tables) throws Exception {
    try (Connection connection = DriverManager.getConnection("jdbc:duckdb:")) {
      Set<LakeTable> named = NamedTables.of(connection, sql);
      assertEquals(
          tables, named.stream().map(LakeTable::view).sorted().collect(Collectors.joining(" ")));
    }
  }
}
