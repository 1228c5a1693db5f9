package dev.weir.claim;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** A process of its own that looks whether a file is locked. */
final class LockProbe {
  static final int FREE = 10;
  static final int HELD = 11;

  private LockProbe() {}

  public static void main(String[] args) throws IOException {
    try (FileChannel channel = FileChannel.open(Path.of(args[0]), StandardOpenOption.WRITE)) {
      System.exit(channel.tryLock() == null ? HELD : FREE);
    }
  }
}
