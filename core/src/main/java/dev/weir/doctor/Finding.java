package dev.weir.doctor;

/**
 * What came of a check. Holds no secrets.
 *
 * @param check what was checked
 * @param verdict what came of it
 * @param found what was found, or why it was skipped
 * @param advice what to do; empty if there is nothing to do
 */
public record Finding(Check check, Verdict verdict, String found, String advice) {
  /** What can come of a check. */
  public enum Verdict {
    /** As it has to be. */
    PASS,
    /** It works, at a cost that is told. */
    WARN,
    /** It would not work, or events could be lost or land twice. */
    FAIL,
    /** Not looked at, because something that it depends on failed. */
    SKIPPED
  }

  static Finding pass(Check check, String found) {
    return new Finding(check, Verdict.PASS, found, "");
  }

  static Finding warn(Check check, String found, String advice) {
    return new Finding(check, Verdict.WARN, found, advice);
  }

  static Finding fail(Check check, String found, String advice) {
    return new Finding(check, Verdict.FAIL, found, advice);
  }

  static Finding skipped(Check check, String because) {
    return new Finding(check, Verdict.SKIPPED, because, "");
  }
}
