package dev.weir.cli.letters;

import dev.weir.cli.query.LakeReader;
import dev.weir.cli.query.LakeTable;
import java.io.IOException;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.LocalDate;
import java.util.Collection;
import java.util.HashSet;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;

/**
 * Which events the lake has, as its files tell: also those that the claims have forgotten.
 *
 * <p>Reads the column {@code event_uuid} only.
 */
final class LakeLook {
  private static final String PRESENT =
      """
      SELECT DISTINCT event_uuid FROM events
      WHERE event_uuid IN (SELECT unnest(string_split(?::VARCHAR, ','))::UUID)
      """;

  private final LakeReader reader;
  private final boolean allDays;

  /**
   * A look into a lake.
   *
   * @param allDays whether the folder of an event cannot be told from its time, because SQL of the
   *     user's chooses the folders
   */
  LakeLook(LakeReader reader, boolean allDays) {
    this.reader = reader;
    this.allDays = allDays;
  }

  /**
   * Those of some events that are in the lake.
   *
   * @param days the days of the events
   */
  Set<UUID> present(Collection<UUID> events, Set<LocalDate> days) throws IOException, SQLException {
    Set<UUID> present = new HashSet<>();
    if (events.isEmpty()) {
      return present;
    }
    String uuids = events.stream().map(UUID::toString).collect(Collectors.joining(","));
    try (LakeReader.Opened lake =
            allDays ? reader.open(Set.of(LakeTable.EVENTS), null) : reader.openEvents(days);
        PreparedStatement statement = lake.connection().prepareStatement(PRESENT)) {
      statement.setString(1, uuids);
      try (ResultSet rows = statement.executeQuery()) {
        while (rows.next()) {
          present.add(rows.getObject(1, UUID.class));
        }
      }
    }
    return present;
  }
}
