package dev.weir.quality;

import dev.weir.decode.Events;
import java.util.BitSet;
import java.util.List;

/**
 * What the check has found out about a decoded batch. Its answers about an event follow from the
 * event alone.
 */
public final class Inspection {
  /**
   * An event that becomes a dead letter.
   *
   * @param row its row
   * @param reason the reason code
   * @param detail what it does not meet besides, for people
   */
  public record BadEvent(int row, String reason, String detail) {}

  private final Events events;
  private final long[] asked;
  private final long[] broken;
  private final int[] groups;
  private final List<Group> groupList;
  private final List<BadEvent> deadLetters;
  private final int[] dropped;
  private final int[] kept;
  private final BitSet refused = new BitSet();

  /**
   * Events that one name and one shape have in common, or all that is asked of shapes.
   *
   * @param name the index of their name
   * @param shape what is known of their payloads
   */
  record Group(int name, Shape shape) {}

  Inspection(
      Events events,
      long[] asked,
      long[] broken,
      int[] groups,
      List<Group> groupList,
      List<BadEvent> deadLetters,
      int[] dropped,
      int[] kept) {
    this.events = events;
    this.asked = asked;
    this.broken = broken;
    this.groups = groups;
    this.groupList = groupList;
    this.deadLetters = List.copyOf(deadLetters);
    this.dropped = dropped;
    this.kept = kept;
    deadLetters.forEach(letter -> refused.set(letter.row()));
  }

  /** The decoded batch. */
  public Events events() {
    return events;
  }

  /** The events that become dead letters, in the order of the batch. */
  public List<BadEvent> deadLetters() {
    return deadLetters;
  }

  /** The rows of the events that are left out, ascending; not to be written to. */
  public int[] dropped() {
    return dropped;
  }

  /** The rows of all other events, ascending; not to be written to. */
  public int[] kept() {
    return kept;
  }

  /** Whether an event became a dead letter because of an expectation. */
  boolean isRefused(int row) {
    return refused.get(row);
  }

  /** Whether any expectation is asked of an event. */
  boolean isChecked(int row) {
    return asked[events.name[row]] != 0;
  }

  /** The bits of the expectations that are asked of events of a name. */
  long asked(int name) {
    return asked[name];
  }

  /** The bits of the expectations that are asked of an event and that it does not meet. */
  long broken(int row) {
    return broken.length == 0 ? 0 : broken[row];
  }

  /** The groups that events are in; empty where nobody asked for shapes. */
  List<Group> groups() {
    return groupList;
  }

  /** The index of the group that an event is in. */
  int group(int row) {
    return groups[row];
  }
}
