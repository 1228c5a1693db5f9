package dev.weir.cli.kinesis;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * Answers PutRecords, in its JSON protocol, as a test says; keeps what it has taken. The client has
 * to be told to leave CBOR: the system property {@code aws.cborEnabled}.
 */
final class PutRecordsServer implements AutoCloseable {
  private final HttpServer server;
  private final ExecutorService threads = Executors.newCachedThreadPool();
  private final Behaviour behaviour;
  private final List<Record> taken = new CopyOnWriteArrayList<>();
  private final List<Integer> requests = new CopyOnWriteArrayList<>();

  /** A record as it was put. */
  record Record(String key, String data) {}

  /**
   * What becomes of a request.
   *
   * @param status the answer's status; other than 200, nothing is taken
   * @param code of an error, for the request or for each record that is refused
   * @param refusedFrom the first record that is refused
   */
  record Fate(int status, String code, int refusedFrom) {
    static final Fate ALL_TAKEN = new Fate(200, "", Integer.MAX_VALUE);

    static Fate refusedFrom(int record, String code) {
      return new Fate(200, code, record);
    }

    static Fate failed(int status, String code) {
      return new Fate(status, code, 0);
    }
  }

  /** Decides about requests. */
  interface Behaviour {
    /** The fate of a request, by its number from 0 on. */
    Fate of(int number);
  }

  PutRecordsServer(Behaviour behaviour) throws IOException {
    this.behaviour = behaviour;
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.setExecutor(threads);
    server.createContext("/", this::answer);
    server.start();
  }

  URI endpoint() {
    return URI.create("http://127.0.0.1:" + server.getAddress().getPort());
  }

  /** The records that it has taken. */
  List<Record> taken() {
    return List.copyOf(taken);
  }

  /** The number of records in each request, in the order in which they came. */
  List<Integer> requests() {
    return List.copyOf(requests);
  }

  private void answer(HttpExchange exchange) throws IOException {
    try (exchange) {
      List<Record> records = records(exchange.getRequestBody().readAllBytes());
      Fate fate;
      synchronized (this) {
        fate = behaviour.of(requests.size());
        requests.add(records.size());
      }
      String body =
          fate.status == 200
              ? take(records, fate)
              : "{\"__type\":\"%s\",\"message\":\"as the test says\"}".formatted(fate.code);
      byte[] bytes = body.getBytes(UTF_8);
      exchange.getResponseHeaders().set("Content-Type", "application/x-amz-json-1.1");
      exchange.sendResponseHeaders(fate.status, bytes.length);
      exchange.getResponseBody().write(bytes);
    }
  }

  private String take(List<Record> records, Fate fate) {
    List<String> results = new ArrayList<>();
    for (int i = 0; i < records.size(); i++) {
      if (i < fate.refusedFrom) {
        taken.add(records.get(i));
        results.add("{\"ShardId\":\"shardId-000000000000\",\"SequenceNumber\":\"1\"}");
      } else {
        results.add(
            "{\"ErrorCode\":\"%s\",\"ErrorMessage\":\"as the test says\"}".formatted(fate.code));
      }
    }
    int failed = Math.max(0, records.size() - fate.refusedFrom);
    return "{\"FailedRecordCount\":%d,\"Records\":[%s]}"
        .formatted(failed, String.join(",", results));
  }

  private static List<Record> records(byte[] body) {
    List<Record> records = new ArrayList<>();
    try (JsonParser json = new JsonFactory().createParser(body)) {
      String key = "";
      String data = "";
      for (JsonToken token = json.nextToken(); token != null; token = json.nextToken()) {
        if (token == JsonToken.VALUE_STRING && "PartitionKey".equals(json.currentName())) {
          key = json.getText();
        } else if (token == JsonToken.VALUE_STRING && "Data".equals(json.currentName())) {
          data = new String(json.getBinaryValue(), UTF_8);
        } else if (token == JsonToken.END_OBJECT && !json.getParsingContext().inRoot()) {
          records.add(new Record(key, data));
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return records;
  }

  @Override
  public void close() {
    server.stop(0);
    threads.shutdownNow();
  }
}
