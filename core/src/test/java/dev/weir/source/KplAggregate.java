package dev.weir.source;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.List;

/** Packs records as the Kinesis Producer Library does. */
public final class KplAggregate {
  private KplAggregate() {}

  /** An aggregate of some records. */
  public static byte[] of(List<byte[]> records) {
    return sealed(message(records));
  }

  /** A protobuf message with the magic before it and its digest behind it. */
  static byte[] sealed(byte[] message) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.writeBytes(new byte[] {(byte) 0xF3, (byte) 0x89, (byte) 0x9A, (byte) 0xC2});
    out.writeBytes(message);
    try {
      out.writeBytes(MessageDigest.getInstance("MD5").digest(message));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
    return out.toByteArray();
  }

  static byte[] message(List<byte[]> records) {
    ByteArrayOutputStream message = new ByteArrayOutputStream();
    delimited(message, 1, "key-0".getBytes(StandardCharsets.UTF_8));
    delimited(
        message, 2, "170141183460469231731687303715884105727".getBytes(StandardCharsets.UTF_8));
    for (byte[] data : records) {
      ByteArrayOutputStream record = new ByteArrayOutputStream();
      record.write(1 << 3);
      varint(record, 0);
      record.write(2 << 3);
      varint(record, 300);
      delimited(record, 3, data);
      delimited(record, 4, new byte[] {10, 1, 'k'});
      delimited(message, 3, record.toByteArray());
    }
    return message.toByteArray();
  }

  static void delimited(ByteArrayOutputStream out, int field, byte[] content) {
    varint(out, field << 3 | 2);
    varint(out, content.length);
    out.writeBytes(content);
  }

  static void varint(ByteArrayOutputStream out, long value) {
    long rest = value;
    while ((rest & ~0x7FL) != 0) {
      out.write((int) (rest & 0x7F | 0x80));
      rest >>>= 7;
    }
    out.write((int) rest);
  }
}
