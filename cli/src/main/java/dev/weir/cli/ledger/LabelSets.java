package dev.weir.cli.ledger;

/**
 * The labels of all totals of one book. They are shared, so that what is counted under a label is
 * found under it again: in every span of time, and when it is taken away. Not safe for use by
 * several threads.
 */
final class LabelSets {
  final Labels types;
  final Labels expectations;
  final Labels fields;
  final Labels reasons;

  private LabelSets(int most) {
    types = new Labels(most);
    expectations = new Labels(most);
    fields = new Labels(most);
    reasons = new Labels(most);
  }

  /** For what is kept: the first labels of each kind are told apart. */
  static LabelSets first() {
    return new LabelSets(Labels.MAX);
  }

  /** For what is about to be added to something that is kept, or was taken from it: all of them. */
  static LabelSets any() {
    return new LabelSets(Integer.MAX_VALUE);
  }

  /** For what is told of as a whole. */
  static LabelSets none() {
    return new LabelSets(0);
  }

  /** Admits what came later, in the order in which it came. */
  void admit(LabelSets later) {
    types.admit(later.types);
    expectations.admit(later.expectations);
    fields.admit(later.fields);
    reasons.admit(later.reasons);
  }
}
