package dev.weir.quality;

import dev.weir.decode.Events;
import dev.weir.decode.FieldType;
import dev.weir.decode.ParserLimits;
import dev.weir.decode.PayloadFields;
import dev.weir.decode.PayloadPath;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The shapes of payloads that were met so far: what is to be known of a shape is found out once,
 * from the first payload that has it.
 *
 * <p>A stream of ever new shapes cannot fill the memory: beyond a bound they are looked at one by
 * one, and their fields are not kept; between two batches the table then starts over. What is
 * counted and what is decided is exact all the same. Not safe for use by several threads.
 */
final class Shapes {
  /** Shapes that are kept. */
  static final int MAX_SHAPES = 16_384;

  /** Fields that are kept, over all shapes. */
  static final int MAX_FIELDS = 200_000;

  /** What is asked of a path: at most one bit of each kind for each question. */
  private static final class Probe {
    long missing;
    long broken;
    long brokenUnlessThere;
  }

  private final PayloadFields lister;
  private final Map<String, Probe> probes = new HashMap<>();
  private final boolean keepFields;
  private long allMissing;
  private long allBroken;
  private long brokenWithoutPayload;

  private final ShapeTable table = new ShapeTable();
  private final List<Shape> shapes = new ArrayList<>();
  private int fieldCount;

  Shapes(QualityOptions options, ParserLimits limits) {
    this.lister = new PayloadFields(limits);
    this.keepFields = options.drift();
    for (int i = 0; i < options.watch().size(); i++) {
      probe(options.watch().get(i)).missing |= 1L << i;
      allMissing |= 1L << i;
    }
    for (int i = 0; i < options.expectations().size(); i++) {
      Requirement requirement = options.expectations().get(i).requirement();
      long bit = 1L << i;
      if (requirement instanceof Requirement.PayloadHas has) {
        probe(has.path()).brokenUnlessThere |= bit;
        allBroken |= bit;
      } else if (requirement instanceof Requirement.NotNull notNull && requirement.isOfShape()) {
        PayloadPath path = notNull.field().path();
        if (path == null) {
          brokenWithoutPayload |= bit;
        } else {
          probe(path).broken |= bit;
          allBroken |= bit;
        }
      }
    }
  }

  private Probe probe(PayloadPath path) {
    return probes.computeIfAbsent(path.toString(), p -> new Probe());
  }

  /** Says that another batch follows. */
  void startBatch() {
    if (isFull()) {
      table.clear();
      shapes.clear();
      fieldCount = 0;
    }
  }

  private boolean isFull() {
    return shapes.size() >= MAX_SHAPES || fieldCount >= MAX_FIELDS;
  }

  /** What is known of the shape of an event's payload. */
  Shape of(Events events, int row) {
    long hash = events.shape[row];
    int known = table.find(hash);
    if (known != ShapeTable.NONE) {
      return shapes.get(known);
    }
    if (isFull()) {
      return read(events, row, false).withoutFields();
    }
    Shape shape = read(events, row, keepFields);
    table.add(hash, shapes.size());
    shapes.add(shape);
    fieldCount += shape.fields().size();
    return shape;
  }

  private Shape read(Events events, int row, boolean withFields) {
    Map<String, FieldType> fields = new LinkedHashMap<>();
    long[] met = new long[2];
    lister.visit(
        events,
        row,
        (path, type) -> {
          if (withFields) {
            fields.put(path, type);
          }
          Probe probe = probes.get(path);
          if (probe != null) {
            met[1] |= probe.brokenUnlessThere;
            if (type != FieldType.NULL) {
              met[0] |= probe.missing;
              met[1] |= probe.broken;
            }
          }
        });
    long broken = allBroken & ~met[1];
    broken |= events.isPayloadMissing(row) ? brokenWithoutPayload : 0;
    return new Shape(allMissing & ~met[0], broken, Map.copyOf(fields), true);
  }
}
