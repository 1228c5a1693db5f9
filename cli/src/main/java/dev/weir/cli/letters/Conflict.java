package dev.weir.cli.letters;

import dev.weir.cli.query.LakeReader;
import dev.weir.cli.query.LakeTable;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A conflicting record beside the event that has its uuid.
 *
 * @param members what either of them has, by name or path
 */
record Conflict(List<Member> members) {
  /**
   * A member of the two.
   *
   * @param name its name, or its path in the payload
   * @param landed its value in the event that has landed, or null
   * @param letter its value in the dead letter, or null
   */
  record Member(String name, @Nullable String landed, @Nullable String letter) {
    boolean differs() {
      return landed == null || !landed.equals(letter);
    }
  }

  Conflict {
    members = List.copyOf(members);
  }

  /** Where the payload's bytes are kept while members are found; no member has such a name. */
  private static final String BYTES = " bytes";

  /** The columns of an event that are compared, where its lake has them. */
  private static final List<String> COLUMNS =
      List.of("event_name", "created_datetime", "payload", "extra");

  /**
   * Compares a conflicting record with the event in the lake.
   *
   * @param days the days in which the event is looked for, or null for all
   * @return the comparison, or null if no such event is there
   */
  static @Nullable Conflict of(
      LetterDecoder.Event letter, LakeReader reader, @Nullable Set<LocalDate> days)
      throws IOException, SQLException {
    try (LakeReader.Opened lake =
        days == null ? reader.open(Set.of(LakeTable.EVENTS), null) : reader.openEvents(days)) {
      Map<String, String> landed = landed(lake, letter.uuid());
      if (landed == null) {
        return null;
      }
      Map<String, String> own = Members.none();
      own.put("event_name", Members.quoted(letter.name().name()));
      own.put("created_datetime", letter.created().toString());
      Members.add("payload", letter.payload(), own);
      Members.add("extra", letter.extra(), own);
      return new Conflict(beside(landed, own, letter.payload()));
    }
  }

  private static List<Member> beside(
      Map<String, String> landed, Map<String, String> own, byte @Nullable [] payload) {
    String landedBytes = landed.remove(BYTES);
    Set<String> names = new LinkedHashSet<>(landed.keySet());
    names.addAll(own.keySet());
    List<Member> members = new ArrayList<>();
    for (String name : names) {
      members.add(new Member(name, landed.get(name), own.get(name)));
    }
    if (members.stream().noneMatch(Member::differs) && payload != null && landedBytes != null) {
      // Equal to a reader of JSON, and still not the same bytes: space, or the order of members.
      String bytes = new String(payload, StandardCharsets.UTF_8);
      members.add(new Member("payload (its bytes)", landedBytes, bytes));
    }
    return members;
  }

  private static @Nullable Map<String, String> landed(LakeReader.Opened lake, UUID uuid)
      throws IOException, SQLException {
    List<String> columns = columns(lake);
    StringBuilder select = new StringBuilder("true");
    for (String column : columns) {
      select.append(
          column.equals("created_datetime") ? ", epoch_us(" + column + ")" : ", " + column);
    }
    String sql = "SELECT %s FROM events WHERE event_uuid = ?::UUID LIMIT 1".formatted(select);
    try (PreparedStatement statement = lake.connection().prepareStatement(sql)) {
      statement.setString(1, uuid.toString());
      try (ResultSet row = statement.executeQuery()) {
        return row.next() ? members(row, columns) : null;
      }
    }
  }

  private static Map<String, String> members(ResultSet row, List<String> columns)
      throws IOException, SQLException {
    Map<String, String> members = Members.none();
    for (int i = 0; i < columns.size(); i++) {
      String column = columns.get(i);
      String value = row.getString(i + 2);
      if (value == null) {
        continue;
      }
      switch (column) {
        case "event_name" -> members.put(column, Members.quoted(value));
        case "created_datetime" ->
            members.put(
                column, Instant.EPOCH.plus(Long.parseLong(value), ChronoUnit.MICROS).toString());
        default -> Members.add(column, value.getBytes(StandardCharsets.UTF_8), members);
      }
      if (column.equals("payload")) {
        members.put(BYTES, value);
      }
    }
    return members;
  }

  private static List<String> columns(LakeReader.Opened lake) throws SQLException {
    List<String> columns = new ArrayList<>();
    try (PreparedStatement statement = lake.connection().prepareStatement("DESCRIBE events");
        ResultSet rows = statement.executeQuery()) {
      while (rows.next()) {
        columns.add(rows.getString(1));
      }
    }
    columns.retainAll(COLUMNS);
    return columns;
  }
}
