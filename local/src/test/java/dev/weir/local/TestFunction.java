package dev.weir.local;

import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.function.Function;
import java.util.regex.Pattern;

/** A function in memory that answers as it is told, and remembers which records it was given. */
final class TestFunction implements Invoker {
  private static final Pattern NUMBER = Pattern.compile("\"sequenceNumber\":\"(\\d+)\"");
  static final String SUCCESS = "{\"batchItemFailures\":[],\"num_events_processed\":2}";

  private final List<List<Integer>> events = new ArrayList<>();
  private final Deque<Function<List<Integer>, FunctionReply>> next = new ArrayDeque<>();
  private Function<List<Integer>, FunctionReply> otherwise = numbers -> answered(SUCCESS);

  /** The next invocation, after those that were told before, ends so. */
  TestFunction then(FunctionReply reply) {
    next.add(numbers -> reply);
    return this;
  }

  /** All further invocations end so. */
  TestFunction always(Function<List<Integer>, FunctionReply> rule) {
    otherwise = rule;
    return this;
  }

  static FunctionReply answered(String body) {
    return new FunctionReply("id", FunctionReply.Status.ANSWERED, body);
  }

  static FunctionReply failed() {
    return new FunctionReply("id", FunctionReply.Status.FAILED, "{\"errorMessage\":\"no\"}");
  }

  static FunctionReply asksFor(int... numbers) {
    List<String> items = new ArrayList<>();
    for (int number : numbers) {
      items.add("{\"itemIdentifier\":\"%d\"}".formatted(number));
    }
    return answered("{\"batchItemFailures\":[%s]}".formatted(String.join(",", items)));
  }

  @Override
  public FunctionReply invoke(byte[] event) {
    List<Integer> numbers =
        NUMBER
            .matcher(new String(event, StandardCharsets.UTF_8))
            .results()
            .map(found -> Integer.valueOf(found.group(1)))
            .toList();
    Function<List<Integer>, FunctionReply> rule;
    synchronized (this) {
      events.add(numbers);
      rule = next.isEmpty() ? otherwise : next.poll();
    }
    return rule.apply(numbers);
  }

  /** The numbers of the records of each invocation, in the order of the invocations. */
  synchronized List<List<Integer>> events() {
    return List.copyOf(events);
  }
}
