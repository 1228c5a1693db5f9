package dev.weir.transform;

import dev.weir.decode.Events;
import dev.weir.quality.Conditions;
import dev.weir.quality.Expectation;
import java.io.IOException;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.duckdb.DuckDBConnection;

/**
 * The expectations that are put in SQL: those that are asked of the same event types in one query
 * over a batch, which returns only the events that do not meet one.
 *
 * <p>A condition that cannot be evaluated on an event, because a value cannot be cast for example,
 * is not met by it: one bad value must not keep its batch from landing for ever. Only the columns
 * that conditions read are handed to the engine, and only the events that any is asked of.
 */
final class SqlConditions implements Conditions {
  private final DuckDBConnection connection;
  private final EventTable table;
  private final List<Query> queries;

  private SqlConditions(DuckDBConnection connection, EventTable table, List<Query> queries) {
    this.connection = connection;
    this.table = table;
    this.queries = List.copyOf(queries);
  }

  /**
   * Conditions that are asked of the same event types: one query over the events of these types
   * only, so that the engine is given no payload that nobody asks about.
   *
   * @param bits the bits of these conditions
   * @param sql answers with the rows that break something, and the bits of what they break
   */
  private record Query(long bits, String sql) {
    static Query of(List<Term> terms) {
      String broken = terms.stream().map(Term::sql).collect(Collectors.joining(" | "));
      return new Query(
          terms.stream().mapToLong(Term::bit).reduce(0, (a, b) -> a | b),
          "SELECT * FROM (SELECT weir_row, %s AS weir_broken FROM weir_numbered AS events) WHERE weir_broken <> 0"
              .formatted(broken));
    }
  }

  /** One condition: its bit, and an expression that is the bit where it is not met, else 0. */
  private record Term(long bit, String sql) {
    static Term of(long bit, String condition) {
      return new Term(
          bit,
          "(CASE WHEN TRY%s THEN 0::BIGINT ELSE (%d)::BIGINT END)"
              .formatted(ConditionGuard.enclosed(condition), bit));
    }
  }

  /**
   * Checks the conditions one by one, and makes one query of those that are asked of the same event
   * types.
   *
   * @throws SqlException if one is wrong, or does what it may not do
   */
  static Conditions of(
      List<Expectation> expectations, DuckDBConnection connection, EventTable table)
      throws SqlException, SQLException {
    Map<Set<String>, List<Term>> byTypes = new LinkedHashMap<>();
    ConditionGuard guard = new ConditionGuard(connection);
    for (int i = 0; i < expectations.size(); i++) {
      Expectation expectation = expectations.get(i);
      if (expectation.requirement().isOfSql()) {
        String condition = ConditionSql.of(expectation.requirement());
        guard.check(expectation.name(), condition);
        byTypes
            .computeIfAbsent(Set.copyOf(expectation.eventTypes()), types -> new ArrayList<>())
            .add(Term.of(1L << i, condition));
      }
    }
    return byTypes.isEmpty()
        ? Conditions.NONE
        : new SqlConditions(connection, table, byTypes.values().stream().map(Query::of).toList());
  }

  @Override
  public void evaluate(Events events, long[] asked, long[] broken) throws IOException {
    EventTypes types = new EventTypes(events);
    for (Query query : queries) {
      int[] rows = new int[events.count];
      int count = 0;
      for (int row = 0; row < events.count; row++) {
        if ((asked[events.name[row]] & query.bits()) != 0) {
          rows[count++] = row;
        }
      }
      if (count > 0) {
        evaluate(query, new Rows(events, rows, count, List.of()), types, broken);
      }
    }
  }

  private void evaluate(Query query, Rows rows, EventTypes types, long[] broken)
      throws IOException {
    table.show(rows, types);
    try (Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery(query.sql())) {
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
