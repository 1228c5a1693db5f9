package dev.weir.cli.letters;

import dev.weir.cli.UsageException;
import dev.weir.cli.query.DateRange;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Which dead letters are meant.
 *
 * @param reasons codes, of which {@code *} at the end stands for any rest; empty for all
 * @param since when a record arrived at the earliest, or null
 * @param until before when it arrived, or null
 * @param ids uuids of letters; empty for all
 */
record LetterFilter(
    List<String> reasons, @Nullable Instant since, @Nullable Instant until, List<UUID> ids) {
  private static final LocalDate FIRST = LocalDate.of(1, 1, 1);
  private static final LocalDate LAST = LocalDate.of(9999, 12, 31);

  LetterFilter {
    reasons = List.copyOf(reasons);
    ids = List.copyOf(ids);
    if (since != null && until != null && !since.isBefore(until)) {
      throw UsageException.of("--until", until, "a time after --since, " + since);
    }
  }

  /** The same of these letters only. */
  LetterFilter withIds(List<UUID> some) {
    return new LetterFilter(reasons, since, until, some);
  }

  /** The days of arrival, in UTC; null for all. */
  @Nullable DateRange days() {
    if (since == null && until == null) {
      return null;
    }
    return new DateRange(
        since == null ? FIRST : day(since), until == null ? LAST : day(until.minusNanos(1)));
  }

  private static LocalDate day(Instant time) {
    return LocalDate.ofInstant(time, ZoneOffset.UTC);
  }

  /** The condition over the columns of {@code dead_letters}. */
  String condition() {
    List<String> conditions = new ArrayList<>(List.of("true"));
    if (!reasons.isEmpty()) {
      conditions.add(
          reasons.stream()
              .map(LetterFilter::isReason)
              .collect(Collectors.joining(" OR ", "(", ")")));
    }
    if (since != null) {
      conditions.add("arrival_time >= %s::TIMESTAMPTZ".formatted(literal(since.toString())));
    }
    if (until != null) {
      conditions.add("arrival_time < %s::TIMESTAMPTZ".formatted(literal(until.toString())));
    }
    if (!ids.isEmpty()) {
      conditions.add(
          ids.stream()
              .map(id -> "uuid '" + id + "'")
              .collect(Collectors.joining(", ", "dead_letter_uuid IN (", ")")));
    }
    return String.join(" AND ", conditions);
  }

  private static String isReason(String code) {
    return code.endsWith("*")
        ? "starts_with(reason, %s)".formatted(literal(code.substring(0, code.length() - 1)))
        : "reason = " + literal(code);
  }

  /** A text in SQL. */
  static String literal(String text) {
    return "'" + text.replace("'", "''") + "'";
  }
}
