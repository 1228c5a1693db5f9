package dev.weir.e2e;

import dev.weir.source.KplAggregate;
import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.zip.GZIPOutputStream;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.services.kinesis.KinesisClient;
import software.amazon.awssdk.services.kinesis.model.PutRecordsRequestEntry;
import software.amazon.awssdk.services.kinesis.model.PutRecordsResponse;

/**
 * Puts the lines of a file into a stream, packed in all ways that producers pack events: alone,
 * several lines in a record, compressed, and aggregated. One thread's.
 */
final class StreamPuts {
  private static final int MOST_RECORDS = 500;
  private static final int MOST_BYTES = 4 << 20;
  private static final int KEYS = 1_000;
  private static final int TRIES = 20;

  private final KinesisClient client;
  private final String stream;
  private final SplittableRandom draws;
  private final List<PutRecordsRequestEntry> waiting = new ArrayList<>();
  private int waitingBytes;
  private long records;
  private long lines;

  StreamPuts(KinesisClient client, String stream, long seed) {
    this.client = client;
    this.stream = stream;
    this.draws = new SplittableRandom(seed);
  }

  /** How many records were put. */
  long records() {
    return records;
  }

  /** How many lines they hold. */
  long lines() {
    return lines;
  }

  /** Puts all lines of a file; something else happens when so many of them are in the stream. */
  void put(Path file, long pauseAfter, Runnable pause) throws IOException {
    boolean paused = false;
    try (InputStream in = new BufferedInputStream(Files.newInputStream(file), 1 << 16)) {
      List<byte[]> pack = new ArrayList<>();
      int wanted = packSize();
      for (byte[] line = line(in); line != null; line = line(in)) {
        pack.add(line);
        lines++;
        if (pack.size() == wanted) {
          add(pack);
          pack.clear();
          wanted = packSize();
        }
        if (!paused && lines >= pauseAfter) {
          flush();
          pause.run();
          paused = true;
        }
      }
      if (!pack.isEmpty()) {
        add(pack);
      }
    }
    flush();
  }

  private int packSize() {
    return draws.nextBoolean() ? 1 : draws.nextInt(2, 20);
  }

  private void add(List<byte[]> pack) throws IOException {
    byte[] data =
        switch (pack.size() == 1 ? 0 : draws.nextInt(1, 4)) {
          case 0 -> pack.get(0);
          case 1 -> joined(pack);
          case 2 -> gzipped(joined(pack));
          default -> KplAggregate.of(pack);
        };
    if (waiting.size() == MOST_RECORDS || waitingBytes + data.length > MOST_BYTES) {
      flush();
    }
    waiting.add(
        PutRecordsRequestEntry.builder()
            .partitionKey("key-" + draws.nextInt(KEYS))
            .data(SdkBytes.fromByteArrayUnsafe(data))
            .build());
    waitingBytes += data.length;
    records++;
  }

  /** Puts what is waiting, and what the stream refuses once more. */
  private void flush() throws IOException {
    List<PutRecordsRequestEntry> rest = new ArrayList<>(waiting);
    for (int i = 0; i < TRIES && !rest.isEmpty(); i++) {
      List<PutRecordsRequestEntry> sent = rest;
      PutRecordsResponse response = client.putRecords(r -> r.streamName(stream).records(sent));
      rest = new ArrayList<>();
      for (int j = 0; j < sent.size(); j++) {
        if (response.records().get(j).errorCode() != null) {
          rest.add(sent.get(j));
        }
      }
    }
    if (!rest.isEmpty()) {
      throw new IOException("the stream refuses %d records".formatted(rest.size()));
    }
    waiting.clear();
    waitingBytes = 0;
  }

  private static byte[] joined(List<byte[]> pack) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    for (byte[] line : pack) {
      out.writeBytes(line);
      out.write('\n');
    }
    return out.toByteArray();
  }

  private static byte[] gzipped(byte[] content) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (OutputStream gzip = new GZIPOutputStream(out)) {
      gzip.write(content);
    }
    return out.toByteArray();
  }

  /** The next line as bytes, which need not be text; null at the end. */
  private static byte[] line(InputStream in) throws IOException {
    ByteArrayOutputStream line = new ByteArrayOutputStream(512);
    int next = in.read();
    if (next < 0) {
      return null;
    }
    for (; next >= 0 && next != '\n'; next = in.read()) {
      line.write(next);
    }
    return line.toByteArray();
  }
}
