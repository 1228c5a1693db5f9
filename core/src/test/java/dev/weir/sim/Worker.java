package dev.weir.sim;

import dev.weir.claim.Attempt;
import dev.weir.pipeline.Pipeline;
import java.lang.reflect.Field;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.UUID;

/** A worker of a process: a pipeline, and the run that it is busy with. */
final class Worker {
  private static final Field RESOLVER = field(Pipeline.class, "resolver");
  private static final Field FENCED = field(RESOLVER.getType(), "fenced");

  final Process process;
  final Pipeline pipeline;
  private final Map<Attempt, Set<UUID>> fences;
  Run run;

  Worker(Process process, Pipeline pipeline) {
    this.process = process;
    this.pipeline = pipeline;
    this.fences = fences(pipeline);
  }

  /**
   * What the pipeline remembers from one batch to the next; a replay has to begin with the same.
   */
  Map<Attempt, Set<UUID>> fences() {
    return fences.isEmpty() ? Map.of() : new LinkedHashMap<>(fences);
  }

  void restore(Map<Attempt, Set<UUID>> remembered) {
    fences.clear();
    fences.putAll(remembered);
  }

  @SuppressWarnings("unchecked")
  private static Map<Attempt, Set<UUID>> fences(Pipeline pipeline) {
    try {
      return (Map<Attempt, Set<UUID>>) FENCED.get(RESOLVER.get(pipeline));
    } catch (IllegalAccessException e) {
      throw new IllegalStateException(e);
    }
  }

  private static Field field(Class<?> owner, String name) {
    try {
      Field field = owner.getDeclaredField(name);
      field.setAccessible(true);
      return field;
    } catch (NoSuchFieldException e) {
      throw new IllegalStateException("a replay would not begin with the same state", e);
    }
  }
}
