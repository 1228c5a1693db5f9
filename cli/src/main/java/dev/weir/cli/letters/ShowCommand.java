package dev.weir.cli.letters;

import dev.weir.cli.CommandFailedException;
import dev.weir.cli.ExitCodes;
import dev.weir.cli.FormatConverter;
import dev.weir.cli.OptionHeading;
import dev.weir.cli.Streams;
import dev.weir.cli.UsageException;
import dev.weir.cli.query.Printable;
import dev.weir.cli.query.ResultFormat;
import dev.weir.record.Reason;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code weir dead-letters show}: everything about one letter. */
@Command(
    name = "show",
    header = "Show one dead letter with its bytes.",
    customSynopsis = "weir dead-letters show ID --lake DIR|s3://BUCKET/PREFIX [OPTION]...",
    description =
        "%nBytes are escaped, so that none of them can steer a terminal. A conflict is shown beside"
            + " the event that has landed.%n",
    footer = {
      "",
      "Examples:",
      "  weir dead-letters show 3b7c2a9e --lake lake",
      "  weir dead-letters show 3b7c2a9e --lake lake --raw > record.json"
    })
final class ShowCommand implements Callable<Integer> {
  private static final Pattern ID = Pattern.compile("[0-9a-fA-F-]{4,36}");
  private static final int MAX_BYTES = 1 << 30;

  private final Streams streams;

  @Spec private CommandSpec spec = CommandSpec.create();

  @Parameters(
      paramLabel = "ID",
      description = "The letter's dead_letter_uuid, or how it begins: 4 digits or more.")
  private String id = "";

  @Mixin private final LakeOptions lake = new LakeOptions();
  @Mixin private final How how = new How();

  @OptionHeading("How it is shown")
  static final class How {
    @Option(
        names = "--bytes",
        paramLabel = "N",
        description = "The most bytes that are shown (default: 4096).")
    private int bytes = 4096;

    @Option(names = "--hex", description = "Show the bytes in hexadecimal.")
    private boolean hex;

    @Option(names = "--raw", description = "Write the bytes as they are, and nothing else.")
    private boolean raw;

    @Option(
        names = "--all-days",
        description =
            "Of a lake in S3, look for the landed event in all days, not only in the record's own.")
    private boolean allDays;

    @Option(
        names = "--format",
        paramLabel = "FORMAT",
        defaultValue = "table",
        converter = FormatConverter.class,
        description = "table  for people (default)%ncsv, json or md  one row, with all bytes")
    private ResultFormat format = ResultFormat.TABLE;
  }

  /** A letter as the lake has it. */
  @SuppressWarnings("ArrayRecordComponent") // bytes; never compared
  private record Shown(UUID uuid, Map<String, String> lines, String reason, byte[] raw) {}

  ShowCommand(Streams streams) {
    this.streams = streams;
  }

  @Override
  public Integer call() throws IOException {
    requireAllowed();
    LetterSettings settings = LetterSettings.of(spec, lake, streams);
    LetterFilter all = new LetterFilter(List.of(), null, null, List.of());
    Shown shown;
    try (OpenLetters letters = OpenLetters.open(settings.reader(), all)) {
      shown = find(letters);
      if (how.format != ResultFormat.TABLE && !how.raw) {
        letters.write(
            "SELECT DISTINCT ON (dead_letter_uuid) * FROM letters WHERE dead_letter_uuid = uuid '%s'"
                .formatted(shown.uuid()),
            how.format,
            streams);
        return ExitCodes.OK;
      }
    } catch (SQLException e) {
      throw OpenLetters.failure(e);
    }
    if (how.raw) {
      streams.out().write(shown.raw());
    } else {
      show(shown, settings);
    }
    streams.out().flush();
    return ExitCodes.OK;
  }

  private void requireAllowed() {
    if (!ID.matcher(id).matches()) {
      throw UsageException.of("ID", Printable.of(id), "a dead_letter_uuid, or how it begins");
    }
    if (how.bytes < 0 || how.bytes > MAX_BYTES) {
      throw UsageException.of("--bytes", how.bytes, "a whole number from 0 to " + MAX_BYTES);
    }
    if (how.raw && streams.outIsTerminal()) {
      throw new UsageException(
          "--raw would write any bytes to the terminal; allowed is a file or a pipe");
    }
  }

  private Shown find(OpenLetters letters) throws SQLException {
    String sql =
        """
        SELECT DISTINCT ON (dead_letter_uuid) dead_letter_uuid, reason, detail, stream, shard_id,
          sequence_number, sub_index, strftime(arrival_time, '%%Y-%%m-%%dT%%H:%%M:%%S.%%fZ'), attempt, raw_bytes, event_uuid,
          outcome, strftime(replayed_at, '%%Y-%%m-%%dT%%H:%%M:%%SZ'), replay_attempt, raw
        FROM letters WHERE starts_with(dead_letter_uuid::VARCHAR, '%s') LIMIT 6
        """
            .formatted(id.toLowerCase(Locale.ROOT));
    List<Shown> found = new ArrayList<>();
    try (Statement statement = letters.connection().createStatement();
        ResultSet row = statement.executeQuery(sql)) {
      while (row.next()) {
        found.add(shown(row));
      }
    }
    if (found.isEmpty()) {
      throw new CommandFailedException("there is no dead letter with the id " + id);
    }
    if (found.size() > 1) {
      throw new CommandFailedException(
          "several dead letters have an id that begins so, among them %s; give more digits"
              .formatted(found.stream().map(Shown::uuid).toList()));
    }
    return found.get(0);
  }

  private static Shown shown(ResultSet row) throws SQLException {
    Map<String, String> lines = new LinkedHashMap<>();
    put(lines, "reason", row.getString(2));
    put(lines, "detail", row.getString(3));
    put(lines, "event uuid", row.getString(11));
    put(lines, "stream", row.getString(4));
    put(lines, "shard", row.getString(5));
    put(lines, "sequence number", row.getString(6));
    put(lines, "sub-index", row.getString(7));
    put(lines, "arrived", row.getString(8));
    put(lines, "attempt", row.getString(9));
    String outcome = row.getString(12);
    put(
        lines,
        "replayed",
        outcome == null
            ? "no"
            : "%s at %s by attempt %s".formatted(outcome, row.getString(13), row.getString(14)));
    put(lines, "bytes", row.getString(10));
    return new Shown(
        row.getObject(1, UUID.class), lines, String.valueOf(row.getString(2)), row.getBytes(15));
  }

  private static void put(Map<String, String> lines, String name, @Nullable String value) {
    if (value != null) {
      lines.put(name, Printable.of(value));
    }
  }

  private void show(Shown shown, LetterSettings settings) throws IOException {
    StringBuilder text = new StringBuilder("dead letter %s%n".formatted(shown.uuid()));
    shown.lines().forEach((name, value) -> text.append("  %-16s %s%n".formatted(name, value)));
    settings
        .decoder()
        .type(shown.raw())
        .ifPresent(type -> text.append("  %-16s %s%n".formatted("event type", Printable.of(type))));
    text.append(String.format("%n%s%n", how.hex ? hex(shown.raw()) : escaped(shown.raw())));
    int more = shown.raw().length - how.bytes;
    if (more > 0) {
      text.append("(%,d more bytes; --bytes shows more)%n".formatted(more));
    }
    streams.out().write(text.toString().getBytes(StandardCharsets.UTF_8));
    if (shown.reason().equals(Reason.CONFLICTING_DUPLICATE.code())) {
      showConflict(shown, settings);
    }
  }

  private void showConflict(Shown shown, LetterSettings settings) throws IOException {
    LetterDecoder.Event record = settings.decoder().decode(shown.raw()).event();
    Conflict conflict;
    try {
      conflict =
          record == null ? null : Conflict.of(record, settings.reader(), days(record, settings));
    } catch (SQLException e) {
      throw OpenLetters.failure(e);
    }
    if (conflict == null) {
      say("%nThe event with this uuid was not found.%n");
      return;
    }
    say("%nBeside the event that has landed:%n%n");
    try (ResultRows rows =
        ResultRows.of(
            "differs VARCHAR", "member VARCHAR", "landed VARCHAR", "dead_letter VARCHAR")) {
      for (Conflict.Member member : conflict.members()) {
        rows.add(member.differs() ? "*" : "", member.name(), member.landed(), member.letter());
      }
      rows.write(ResultFormat.TABLE, streams);
    } catch (SQLException e) {
      throw OpenLetters.failure(e);
    }
  }

  private void say(String format) throws IOException {
    streams.out().write(String.format(format).getBytes(StandardCharsets.UTF_8));
  }

  private @Nullable Set<LocalDate> days(LetterDecoder.Event record, LetterSettings settings) {
    return settings.reader().isRemote() && !how.allDays ? Set.of(record.day()) : null;
  }

  /** As text where it is text, else byte by byte. */
  private String escaped(byte[] raw) {
    byte[] shown = Arrays.copyOf(raw, Math.min(raw.length, how.bytes));
    try {
      // All of it: where it is cut need not be the end of a character.
      String text = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(raw)).toString();
      return shown.length == raw.length
          ? Printable.of(text)
          : Printable.of(new String(shown, StandardCharsets.UTF_8));
    } catch (CharacterCodingException e) {
      return Printable.of(shown);
    }
  }

  /** Sixteen bytes a line: offset, bytes, and what of them is ASCII. */
  private String hex(byte[] raw) {
    StringBuilder text = new StringBuilder();
    int end = Math.min(raw.length, how.bytes);
    for (int line = 0; line < end; line += 16) {
      StringBuilder bytes = new StringBuilder();
      StringBuilder ascii = new StringBuilder();
      for (int i = line; i < Math.min(end, line + 16); i++) {
        bytes.append("%02x ".formatted(raw[i] & 0xff));
        ascii.append(raw[i] >= ' ' && raw[i] < 0x7f ? (char) raw[i] : '.');
      }
      text.append("%s%08x  %-48s %s".formatted(line == 0 ? "" : "\n", line, bytes, ascii));
    }
    return text.toString();
  }
}
