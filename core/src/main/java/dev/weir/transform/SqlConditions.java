package dev.weir.transform;

import dev.weir.decode.Events;
import dev.weir.quality.Conditions;
import dev.weir.quality.Expectation;
import java.io.IOException;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import org.duckdb.DuckDBConnection;

/**
 * The expectations that are put in SQL, all in one query over a batch, which returns only the
 * events that do not meet one.
 *
 * <p>A condition that cannot be evaluated on an event, because a value cannot be cast for example,
 * is not met by it: one bad value must not keep its batch from landing for ever. Only the columns
 * that conditions read are handed to the engine, and only the events that any is asked of.
 */
final class SqlConditions implements Conditions {
  private final DuckDBConnection connection;
  private final EventTable table;
  private final long bits;
  private final String query;

  private SqlConditions(
      DuckDBConnection connection, EventTable table, long bits, List<String> terms) {
    this.connection = connection;
    this.table = table;
    this.bits = bits;
    this.query =
        "SELECT * FROM (SELECT weir_row, %s AS weir_broken FROM weir_numbered AS events) WHERE weir_broken <> 0"
            .formatted(String.join(" | ", terms));
  }

  /**
   * Checks the conditions one by one, and makes one query of them.
   *
   * @throws SqlException if one is wrong, or does what it may not do
   */
  static Conditions of(
      List<Expectation> expectations, DuckDBConnection connection, EventTable table)
      throws SqlException, SQLException {
    long bits = 0;
    List<String> terms = new ArrayList<>();
    ConditionGuard guard = new ConditionGuard(connection);
    for (int i = 0; i < expectations.size(); i++) {
      Expectation expectation = expectations.get(i);
      if (!expectation.requirement().isOfShape()) {
        String condition = ConditionSql.of(expectation.requirement());
        guard.check(expectation.name(), condition);
        terms.add(term(expectation.eventTypes(), condition, 1L << i));
        bits |= 1L << i;
      }
    }
    return bits == 0 ? Conditions.NONE : new SqlConditions(connection, table, bits, terms);
  }

  /** An expression that is the bit where the condition is asked for and not met, else 0. */
  private static String term(List<String> types, String condition, long bit) {
    String broken =
        "CASE WHEN TRY%s THEN 0::BIGINT ELSE (%d)::BIGINT END"
            .formatted(ConditionGuard.enclosed(condition), bit);
    return types.isEmpty()
        ? "(" + broken + ")"
        : "(CASE WHEN event_type IN (%s) THEN %s ELSE 0::BIGINT END)"
            .formatted(
                types.stream().map(ConditionSql::literal).collect(Collectors.joining(", ")),
                broken);
  }

  @Override
  public void evaluate(Events events, long[] asked, long[] broken) throws IOException {
    int[] rows = new int[events.count];
    int count = 0;
    for (int row = 0; row < events.count; row++) {
      if ((asked[events.name[row]] & bits) != 0) {
        rows[count++] = row;
      }
    }
    if (count == 0) {
      return;
    }
    table.show(
        new Rows(events, Arrays.copyOf(rows, count), count, List.of()), new EventTypes(events));
    try (Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery(query)) {
      while (row.next()) {
        broken[row.getInt(1)] |= row.getLong(2);
      }
    } catch (SQLException e) {
      throw new IOException("the expectations could not be checked: " + e.getMessage(), e);
    } finally {
      table.show(null, null);
    }
  }
}
