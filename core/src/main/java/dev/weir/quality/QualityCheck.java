package dev.weir.quality;

import dev.weir.decode.Events;
import dev.weir.decode.ParserLimits;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * The step between decoding and claiming: holds every event of a batch against the expectations,
 * and decides which of them may be claimed.
 *
 * <p>What it says of an event follows from the event alone: there is no clock in it, and nothing of
 * the rest of the batch, so a replay decides alike. Not safe for use by several threads; each
 * worker has its own.
 */
public final class QualityCheck {
  /** Groups of a batch that are found by their shape; beyond them, by what is asked of shapes. */
  private static final int MAX_GROUPS = 65_536;

  private static final long NAME_FACTOR = 0x9E3779B97F4A7C15L;
  private static final int[] NO_ROWS = new int[0];

  private final List<Expectation> expectations;
  private final boolean withShapes;
  private final Shapes shapes;
  private final Conditions conditions;
  private final long shapeBits;
  private final long failBits;
  private final long deadLetterBits;
  private final long dropBits;

  /**
   * A check.
   *
   * @param options what is asked
   * @param limits those that events are decoded with
   * @param conditions evaluates the expectations that are put in SQL
   */
  public QualityCheck(QualityOptions options, ParserLimits limits, Conditions conditions) {
    this.expectations = options.expectations();
    this.withShapes = options.needsShapes();
    this.shapes = new Shapes(options, limits);
    this.conditions = conditions;
    long ofShape = 0;
    for (int i = 0; i < expectations.size(); i++) {
      ofShape |= expectations.get(i).requirement().isOfShape() ? 1L << i : 0;
    }
    this.shapeBits = ofShape;
    this.failBits = bits(Expectation.OnViolation.FAIL);
    this.deadLetterBits = bits(Expectation.OnViolation.DEAD_LETTER);
    this.dropBits = bits(Expectation.OnViolation.DROP);
  }

  /** A check that asks nothing. */
  public static QualityCheck none() {
    return new QualityCheck(QualityOptions.NONE, ParserLimits.DEFAULT, Conditions.NONE);
  }

  private long bits(Expectation.OnViolation action) {
    long bits = 0;
    for (int i = 0; i < expectations.size(); i++) {
      bits |= expectations.get(i).onViolation() == action ? 1L << i : 0;
    }
    return bits;
  }

  /**
   * Holds the events of a batch against the expectations.
   *
   * @throws ExpectationFailedException if one does not meet an expectation that lets batches fail
   * @throws IOException if the engine failed; check again
   */
  public Inspection inspect(Events events) throws IOException {
    long[] asked = asked(events);
    long[] broken = new long[expectations.isEmpty() ? 0 : events.count];
    int[] groups = new int[withShapes ? events.count : 0];
    List<Inspection.Group> groupList = withShapes ? group(events, groups) : List.of();
    if (shapeBits != 0) {
      for (int row = 0; row < events.count; row++) {
        broken[row] = groupList.get(groups[row]).shape().broken() & asked[events.name[row]];
      }
    }
    if (broken.length > 0) {
      conditions.evaluate(events, asked, broken);
    }
    return decide(events, asked, broken, groups, groupList);
  }

  /** For each name of the batch the bits of the expectations that are asked of its events. */
  private long[] asked(Events events) {
    long[] asked = new long[events.names.size()];
    for (int name = 0; name < asked.length; name++) {
      String type = events.names.get(name).type();
      for (int i = 0; i < expectations.size(); i++) {
        asked[name] |= expectations.get(i).appliesTo(type) ? 1L << i : 0;
      }
    }
    return asked;
  }

  private List<Inspection.Group> group(Events events, int[] groups) {
    shapes.startBatch();
    List<Inspection.Group> list = new ArrayList<>();
    ShapeTable byShape = new ShapeTable();
    Map<Inspection.Group, Integer> others = new HashMap<>();
    for (int row = 0; row < events.count; row++) {
      int name = events.name[row];
      long hash = events.shape[row] + name * NAME_FACTOR;
      int group = byShape.find(hash);
      if (group == ShapeTable.NONE) {
        Shape shape = shapes.of(events, row);
        if (shape.kept() && list.size() - others.size() < MAX_GROUPS) {
          group = list.size();
          byShape.add(hash, group);
          list.add(new Inspection.Group(name, shape));
        } else {
          Inspection.Group common = new Inspection.Group(name, shape.withoutFields());
          group = others.computeIfAbsent(common, g -> list.size());
          if (group == list.size()) {
            list.add(common);
          }
        }
      }
      groups[row] = group;
    }
    return list;
  }

  private Inspection decide(
      Events events, long[] asked, long[] broken, int[] groups, List<Inspection.Group> groupList)
      throws ExpectationFailedException {
    if ((failBits | deadLetterBits | dropBits) == 0) {
      int[] all = IntStream.range(0, events.count).toArray();
      return new Inspection(events, asked, broken, groups, groupList, List.of(), NO_ROWS, all);
    }
    List<Inspection.BadEvent> bad = new ArrayList<>();
    int[] dropped = new int[events.count];
    int[] kept = new int[events.count];
    int droppedCount = 0;
    int keptCount = 0;
    for (int row = 0; row < events.count; row++) {
      long bits = broken[row];
      if ((bits & failBits) != 0) {
        throw failure(events, row, broken);
      } else if ((bits & deadLetterBits) != 0) {
        bad.add(badEvent(row, bits));
      } else if ((bits & dropBits) != 0) {
        dropped[droppedCount++] = row;
      } else {
        kept[keptCount++] = row;
      }
    }
    return new Inspection(
        events,
        asked,
        broken,
        groups,
        groupList,
        bad,
        Arrays.copyOf(dropped, droppedCount),
        Arrays.copyOf(kept, keptCount));
  }

  /** Of several expectations the first in the settings is the reason. */
  private Inspection.BadEvent badEvent(int row, long bits) {
    int reason = Long.numberOfTrailingZeros(bits & deadLetterBits);
    long others = bits & ~(1L << reason);
    String detail =
        others == 0
            ? "not met"
            : "not met, nor "
                + IntStream.range(0, expectations.size())
                    .filter(i -> (others & 1L << i) != 0)
                    .mapToObj(i -> expectations.get(i).name())
                    .collect(Collectors.joining(", "));
    return new Inspection.BadEvent(
        row,
        expectations.get(reason).reason(),
        detail.length() <= Events.MAX_DETAIL_CHARS
            ? detail
            : detail.substring(0, Events.MAX_DETAIL_CHARS));
  }

  private ExpectationFailedException failure(Events events, int row, long[] broken) {
    int index = Long.numberOfTrailingZeros(broken[row] & failBits);
    long count = Arrays.stream(broken).filter(bits -> (bits & 1L << index) != 0).count();
    return new ExpectationFailedException(
        ("%d of %d events do not meet the expectation %s, the first at %s; its on_violation is"
                + " fail, so nothing of their batch has landed: mend the data or the expectation")
            .formatted(
                count,
                events.count,
                expectations.get(index).name(),
                events.batch.position(events.record[row])));
  }
}
