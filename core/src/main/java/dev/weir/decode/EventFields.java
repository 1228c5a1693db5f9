package dev.weir.decode;

import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Which top-level members of a document hold an event's id, name, time and payload, and how they
 * are read.
 *
 * <p>Each field has candidates in order of preference: the first that is present and not null
 * counts, and the others stay unmapped (they are kept in {@code extra}).
 *
 * @param id the members that may hold the id; at least one
 * @param idScope members whose text is part of the identity of an id that is no UUID, such as
 *     CloudEvents' {@code source}; may be empty
 * @param idFormat what an id may be
 * @param name the members that may hold the name; at least one
 * @param time the members that may hold the time; at least one
 * @param timeUnit the unit of a time that is a number
 * @param minTime the earliest time accepted, inclusive
 * @param maxTime the first time that is too late
 * @param payload the members that may hold the payload; at least one
 */
public record EventFields(
    List<String> id,
    List<String> idScope,
    IdFormat idFormat,
    List<String> name,
    List<String> time,
    TimeUnit timeUnit,
    Instant minTime,
    Instant maxTime,
    List<String> payload) {
  /** The default earliest time: the epoch. */
  public static final Instant DEFAULT_MIN_TIME = Instant.EPOCH;

  /** The default first time that is too late. Fixed, because a replay must decide alike. */
  public static final Instant DEFAULT_MAX_TIME = Instant.parse("2200-01-01T00:00:00Z");

  private static final Instant EARLIEST = Instant.parse("0001-01-01T00:00:00Z");
  private static final Instant LATEST = Instant.parse("9999-12-31T00:00:00Z");

  /** What an id may be. */
  public enum IdFormat {
    /** A UUID in one of its five spellings; anything else is a dead letter. */
    UUID,
    /** Any string or integer: what is no UUID is mapped to a UUIDv5 and kept in event_id. */
    ANY
  }

  /** The unit of a time that is a number. */
  public enum TimeUnit {
    /** Seconds, milliseconds, microseconds or nanoseconds, told by magnitude. */
    AUTO,
    /** Seconds. */
    S,
    /** Milliseconds. */
    MS,
    /** Microseconds. */
    US,
    /** Nanoseconds. */
    NS
  }

  /** Ready-made mappings. */
  @SuppressWarnings("ImmutableEnumChecker") // the lists of a mapping are immutable copies
  public enum Preset {
    /** {@code event_uuid, event_name, created_at, payload}; the id must be a UUID. */
    DEFAULT(
        List.of("event_uuid"),
        List.of(),
        IdFormat.UUID,
        List.of("event_name"),
        List.of("created_at"),
        List.of("payload")),
    /** CloudEvents 1.0 in structured JSON: an event is identified by source and id together. */
    CLOUDEVENTS(
        List.of("id"),
        List.of("source"),
        IdFormat.ANY,
        List.of("type"),
        List.of("time"),
        List.of("data", "data_base64")),
    /** Segment's tracking calls: the event's name where there is one, else the call's type. */
    SEGMENT(
        List.of("messageId"),
        List.of(),
        IdFormat.ANY,
        List.of("event", "type"),
        List.of("timestamp", "originalTimestamp", "sentAt", "receivedAt"),
        List.of("properties", "traits")),
    /** GitHub's events API and the archives of it. */
    GITHUB(
        List.of("id"),
        List.of(),
        IdFormat.ANY,
        List.of("type"),
        List.of("created_at"),
        List.of("payload"));

    private final EventFields fields;

    Preset(
        List<String> id,
        List<String> idScope,
        IdFormat idFormat,
        List<String> name,
        List<String> time,
        List<String> payload) {
      this.fields =
          new EventFields(
              id,
              idScope,
              idFormat,
              name,
              time,
              TimeUnit.AUTO,
              DEFAULT_MIN_TIME,
              DEFAULT_MAX_TIME,
              payload);
    }

    /** The mapping. */
    public EventFields fields() {
      return fields;
    }
  }

  public EventFields {
    id = List.copyOf(id);
    idScope = List.copyOf(idScope);
    name = List.copyOf(name);
    time = List.copyOf(time);
    payload = List.copyOf(payload);
    Set<String> seen = new HashSet<>();
    for (List<String> field : List.of(id, name, time, payload)) {
      if (field.isEmpty()) {
        throw new IllegalArgumentException("fields: id, name, time and payload need a member each");
      }
    }
    Stream.of(id, name, time, payload)
        .flatMap(List::stream)
        .forEach(
            member -> {
              if (member.isEmpty() || !seen.add(member)) {
                throw new IllegalArgumentException(
                    "fields: the member '%s' is empty or mapped twice".formatted(member));
              }
            });
    if (minTime.isBefore(EARLIEST) || maxTime.isAfter(LATEST) || !minTime.isBefore(maxTime)) {
      throw new IllegalArgumentException(
          "time.min is %s and time.max is %s; allowed is %s to %s, min before max"
              .formatted(minTime, maxTime, EARLIEST, LATEST));
    }
  }
}
