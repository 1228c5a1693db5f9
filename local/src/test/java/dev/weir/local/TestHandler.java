package dev.weir.local;

import com.amazonaws.services.lambda.runtime.Context;
import com.amazonaws.services.lambda.runtime.RequestStreamHandler;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;

/** A function that does what its event says; it runs in a sandbox, never in the tests' process. */
public final class TestHandler implements RequestStreamHandler {
  @Override
  public void handleRequest(InputStream input, OutputStream output, Context context)
      throws IOException {
    String event = new String(input.readAllBytes(), StandardCharsets.UTF_8);
    switch (event) {
      case "\"throw\"" -> throw new IllegalStateException("as it was told");
      case "\"end\"" -> Runtime.getRuntime().halt(3);
      case "\"hang\"" -> hang();
      default -> {
        System.out.println("request " + context.getAwsRequestId());
        String answer = "\"%s %d\"".formatted(event, ProcessHandle.current().pid());
        output.write(answer.replaceAll("(?<=.)\"(?=.)", "").getBytes(StandardCharsets.UTF_8));
      }
    }
  }

  private static void hang() {
    try {
      TimeUnit.HOURS.sleep(1);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
