package dev.weir.cli.local;

import dev.weir.cli.ShellWord;
import dev.weir.local.LocalAws;
import java.nio.file.Path;
import java.util.UUID;

/**
 * What is told when everything is up: where it is, and lines to be pasted into another shell.
 *
 * @param weir how this command was called
 * @param stream the stream's name
 * @param servers where the servers listen
 * @param lake the lake, as a folder
 */
record Instructions(String weir, String stream, Servers.Addresses servers, Path lake) {
  private static final String CREDENTIALS =
      "AWS_ACCESS_KEY_ID=%s AWS_SECRET_ACCESS_KEY=%s"
          .formatted(LocalAws.ACCESS_KEY_ID, LocalAws.SECRET_ACCESS_KEY);

  /** The event that is put; its id is new each time, so that it lands in any lake. */
  private static final String EVENT =
      "{\"event_uuid\":\"%s\",\"event_name\":\"lesson:started\",\"created_at\":%d,\"payload\":{\"page\":1}}";

  String text() {
    return """
          Kinesis  %s, stream %s
          Redis    %s
          S3       %s, bucket %s

        In another shell, put one event, twice if you like, or something that is none:

          %s

        put a thousand a second, until Ctrl-C:

          %s

        ask the lake:

          %s

        Ctrl-C here ends it all.

        """
        .formatted(
            servers.kinesis(),
            stream,
            servers.redis(),
            servers.s3(),
            lake.getFileName(),
            put(),
            generate(),
            query());
  }

  /** Data from standard input is taken as it is by versions 1 and 2 of the program. */
  private String put() {
    String event = EVENT.formatted(UUID.randomUUID(), System.currentTimeMillis() / 1000);
    return ("echo '%s' | %s AWS_DEFAULT_REGION=%s aws kinesis put-record --endpoint-url %s"
            + " --stream-name %s --partition-key 1 --data fileb:///dev/stdin")
        .formatted(event, CREDENTIALS, LocalAws.REGION, servers.kinesis(), stream);
  }

  private String generate() {
    return "%s %s generate --to 'kinesis://%s?region=%s&endpoint=%s' --rate 1000"
        .formatted(CREDENTIALS, weir, stream, LocalAws.REGION, servers.kinesis());
  }

  private String query() {
    return "%s query \"SELECT event_type, count(*) AS n FROM events GROUP BY ALL ORDER BY n DESC\" --lake %s"
        .formatted(weir, ShellWord.of(lake.toString()));
  }
}
