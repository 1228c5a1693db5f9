package dev.weir.decode;

import dev.weir.record.Reason;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.List;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/**
 * Event names by their bytes: each distinct name is checked and made once, not once an event.
 *
 * <p>An open-addressing table that starts over between two batches when it has become large, so
 * that a stream of ever new names cannot fill the memory. Not safe for use by several threads.
 */
final class NameDictionary {
  private static final VarHandle LONGS =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

  /** Differs from process to process, so that no sender can choose names that collide. */
  private static final long SEED = new SplittableRandom().nextLong();

  private static final long MULTIPLIER = 0x9E3779B97F4A7C15L;
  private static final int INITIAL_SLOTS = 1_024;
  private static final int MAX_NAMES = 65_536;
  private static final long MAX_NAME_BYTES = 8L << 20;

  /** No UTF-16 character takes more bytes of UTF-8. */
  private static final int MAX_BYTES_PER_CHAR = 3;

  private final int maxNameChars;
  private long batch;

  private int count;
  private long nameBytes;
  private @Nullable Entry[] table = new Entry[INITIAL_SLOTS];

  private static final class Entry {
    final EventName name;
    final long hash;
    long batch = -1;
    int index;

    Entry(EventName name, long hash) {
      this.name = name;
      this.hash = hash;
    }
  }

  NameDictionary(int maxNameChars) {
    this.maxNameChars = maxNameChars;
  }

  /** Says that the names of another batch follow. */
  void startBatch() {
    batch++;
    if (count > MAX_NAMES || nameBytes > MAX_NAME_BYTES) {
      table = new Entry[INITIAL_SLOTS];
      count = 0;
      nameBytes = 0;
    }
  }

  /**
   * The index of a name among the names of the batch, to which it is added where it is new.
   *
   * @throws RefusalException if it cannot name an event
   */
  int index(JsonText text, List<EventName> names) {
    Entry entry = find(text);
    if (entry.batch != batch) {
      entry.batch = batch;
      entry.index = names.size();
      names.add(entry.name);
    }
    return entry.index;
  }

  private Entry find(JsonText text) {
    long hash = hash(text);
    int mask = table.length - 1;
    int slot = (int) hash & mask;
    Entry entry = table[slot];
    while (entry != null) {
      if (entry.hash == hash && text.is(entry.name.nameUtf8())) {
        return entry;
      }
      slot = slot + 1 & mask;
      entry = table[slot];
    }
    return insert(new Entry(EventName.of(checked(text)), hash), slot);
  }

  private Entry insert(Entry entry, int slot) {
    table[slot] = entry;
    count++;
    nameBytes += entry.name.nameUtf8().length;
    if (count > table.length / 2) {
      rehash();
    }
    return entry;
  }

  private void rehash() {
    @Nullable Entry[] old = table;
    table = new Entry[old.length * 2];
    int mask = table.length - 1;
    for (Entry entry : old) {
      if (entry != null) {
        int slot = (int) entry.hash & mask;
        while (table[slot] != null) {
          slot = slot + 1 & mask;
        }
        table[slot] = entry;
      }
    }
  }

  private static long hash(JsonText text) {
    byte[] bytes = text.bytes();
    int at = text.start();
    int end = text.end();
    long hash = SEED ^ text.length();
    for (; at <= end - Long.BYTES; at += Long.BYTES) {
      hash = mix(hash ^ (long) LONGS.get(bytes, at));
    }
    long rest = 0;
    for (; at < end; at++) {
      rest = (rest << Byte.SIZE) | (bytes[at] & 0xFF);
    }
    return mix(hash ^ rest);
  }

  /** Both halves of a 128-bit product, so that every bit of the input counts in the low bits. */
  private static long mix(long value) {
    return Math.multiplyHigh(value, MULTIPLIER) ^ value * MULTIPLIER;
  }

  private String checked(JsonText text) {
    if (text.length() == 0) {
      throw new RefusalException(Reason.INVALID_NAME, "empty");
    }
    // Before the bytes become a string: a long name shall not cost more than a short one.
    if (text.length() > MAX_BYTES_PER_CHAR * maxNameChars) {
      throw tooLong(text.length() + " bytes");
    }
    String name = text.toString();
    if (name.length() > maxNameChars) {
      throw tooLong(name.length() + " characters");
    }
    if (name.charAt(0) == ':') {
      throw new RefusalException(Reason.INVALID_NAME, "its first segment is empty");
    }
    for (int i = 0; i < name.length(); i++) {
      if (Character.getType(name.charAt(i)) == Character.CONTROL) {
        throw new RefusalException(Reason.INVALID_NAME, "control character at index " + i);
      }
    }
    return name;
  }

  private RefusalException tooLong(String length) {
    return new RefusalException(
        Reason.INVALID_NAME, length + "; the limit is " + maxNameChars + " characters");
  }
}
