package dev.weir.benchmarks;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalLong;

/** Reads what Linux tells of processes in {@code /proc}; man page proc(5). */
final class ProcFiles {
  /** The unit of times in {@code stat}: USER_HZ, which is 100 on every Linux that has a Java. */
  private static final double TICKS_PER_SECOND = 100;

  private static final int UTIME = 14;
  private static final int STIME = 15;
  private static final int CUTIME = 16;
  private static final int CSTIME = 17;

  private ProcFiles() {}

  /** CPU time of all children of this process that have ended and were waited for, in seconds. */
  static double endedChildrenSeconds() throws IOException {
    return endedChildrenSeconds(Files.readString(Path.of("/proc/self/stat")));
  }

  static double endedChildrenSeconds(String stat) {
    return seconds(stat, CUTIME, CSTIME);
  }

  /** CPU time of the process that a {@code stat} tells of, without that of its children. */
  static double ownSeconds(String stat) {
    return seconds(stat, UTIME, STIME);
  }

  private static double seconds(String stat, int user, int system) {
    // The second field is the command in parentheses, which may hold spaces and parentheses.
    String[] fromThird = stat.substring(stat.lastIndexOf(')') + 2).strip().split(" ");
    long ticks = Long.parseLong(fromThird[user - 3]) + Long.parseLong(fromThird[system - 3]);
    return ticks / TICKS_PER_SECOND;
  }

  /** The peak of a process's resident memory in bytes, from the lines of its {@code status}. */
  static OptionalLong peakRssBytes(List<String> status) {
    OptionalLong kibibytes = value(status, "VmHWM:");
    return kibibytes.isEmpty() ? kibibytes : OptionalLong.of(kibibytes.getAsLong() * 1024);
  }

  /** The number behind a key, in lines such as {@code VmHWM: 131072 kB} or {@code rchar: 12}. */
  static OptionalLong value(List<String> lines, String key) {
    for (String line : lines) {
      if (line.startsWith(key)) {
        return OptionalLong.of(Long.parseLong(line.substring(key.length()).strip().split(" ")[0]));
      }
    }
    return OptionalLong.empty();
  }
}
