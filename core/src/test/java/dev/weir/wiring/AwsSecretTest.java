package dev.weir.wiring;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;

class AwsSecretTest {
  private static final String SECRET =
      "arn:aws:secretsmanager:eu-west-1:123456789012:secret:weir-AbCdEf";
  private static final String PARAMETER = "arn:aws:ssm:eu-west-1:123456789012:parameter/weir/redis";

  private final List<String> asked = Collections.synchronizedList(new ArrayList<>());
  private volatile String answer = "{}";
  private volatile int status = 200;
  private HttpServer service;

  @BeforeEach
  void start() throws IOException {
    service = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    service.createContext(
        "/",
        exchange -> {
          byte[] body = exchange.getRequestBody().readAllBytes();
          asked.add(
              exchange.getRequestHeaders().getFirst("X-Amz-Target")
                  + " "
                  + new String(body, StandardCharsets.UTF_8));
          byte[] bytes = answer.getBytes(StandardCharsets.UTF_8);
          exchange.sendResponseHeaders(status, bytes.length);
          try (OutputStream out = exchange.getResponseBody()) {
            out.write(bytes);
          }
        });
    service.start();
  }

  @AfterEach
  void stop() {
    service.stop(0);
  }

  @Test
  void aSecretIsReadOnceAndAgainWhenItIsRenewed() {
    answer = "{\"SecretString\":\"first\"}";
    AwsSecret secret = secret(SECRET, "password");
    assertEquals("first", secret.get());
    answer = "{\"SecretString\":\"second\"}";
    assertEquals("first", secret.get());
    assertEquals(List.of("secretsmanager.GetSecretValue {\"SecretId\":\"" + SECRET + "\"}"), asked);
    secret.renew();
    assertEquals("second", secret.get());
  }

  @Test
  void aParameterIsReadDecrypted() {
    answer = "{\"Parameter\":{\"Value\":\"hidden\"}}";
    assertEquals("hidden", secret(PARAMETER, "password").get());
    assertEquals(
        List.of("AmazonSSM.GetParameter {\"Name\":\"" + PARAMETER + "\",\"WithDecryption\":true}"),
        asked);
  }

  @Test
  void ofJsonObjectsOneMemberIsThePassword() {
    answer = "{\"SecretString\":\"{\\\"username\\\":\\\"weir\\\",\\\"token\\\":\\\"t\\\"}\"}";
    assertEquals("t", secret(SECRET, "token").get());
    String message = refusal();
    assertTrue(message.endsWith("set redis.password_member"), message);
    answer = "{\"SecretString\":\"{hunter2\"}";
    message = refusal();
    assertFalse(message.contains("hunter2"), message);
  }

  @Test
  void refusalSaysWhichSecretItIsAbout() {
    status = 400;
    answer = "{\"__type\":\"AccessDeniedException\",\"message\":\"not allowed\"}";
    String message = refusal();
    assertTrue(message.contains(SECRET) && message.contains("not allowed"), message);
  }

  private String refusal() {
    return assertThrows(IllegalStateException.class, () -> secret(SECRET, "password").get())
        .getMessage();
  }

  private AwsSecret secret(String arn, String member) {
    return new AwsSecret(
        arn,
        member,
        StaticCredentialsProvider.create(AwsBasicCredentials.create("id", "key")),
        URI.create("http://127.0.0.1:" + service.getAddress().getPort()));
  }
}
