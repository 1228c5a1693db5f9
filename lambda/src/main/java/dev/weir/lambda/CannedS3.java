package dev.weir.lambda;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.Map;
import java.util.SortedMap;
import java.util.concurrent.ConcurrentSkipListMap;

/** As much of S3 as a lake needs, in memory, for the training of a start archive. */
final class CannedS3 implements CannedHttp.Service {
  private static final String BUCKET = "/training/";
  private static final String PREFIX = "prefix=";

  private final SortedMap<String, byte[]> objects = new ConcurrentSkipListMap<>();

  @Override
  public CannedHttp.Answer answer(CannedHttp.Request request) {
    String target = request.target();
    if (target.contains("list-type=2")) {
      return xml(200, list(target));
    }
    String key = target.startsWith(BUCKET) ? target.substring(BUCKET.length()) : target;
    if (request.method().equals("PUT")) {
      boolean created = objects.putIfAbsent(key, request.body()) == null;
      return created
          ? new CannedHttp.Answer(200, Map.of("ETag", "\"0\""), new byte[0])
          : xml(412, "<Error><Code>PreconditionFailed</Code></Error>");
    }
    byte[] object = objects.get(key);
    return object == null
        ? xml(404, "<Error><Code>NoSuchKey</Code></Error>")
        : new CannedHttp.Answer(200, Map.of("ETag", "\"0\""), object);
  }

  private String list(String target) {
    int from = target.indexOf(PREFIX) + PREFIX.length();
    int to = target.indexOf('&', from);
    String prefix = target.substring(from, to < 0 ? target.length() : to).replace("%2F", "/");
    StringBuilder list = new StringBuilder("<ListBucketResult><IsTruncated>false</IsTruncated>");
    for (String key : objects.keySet()) {
      if (key.startsWith(prefix)) {
        list.append("<Contents><Key>" + key + "</Key><Size>1</Size></Contents>");
      }
    }
    return list.append("</ListBucketResult>").toString();
  }

  private static CannedHttp.Answer xml(int status, String body) {
    return new CannedHttp.Answer(
        status, Map.of("Content-Type", "application/xml"), body.getBytes(UTF_8));
  }
}
