package dev.weir.local;

import java.time.Duration;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.AwsCredentialsProvider;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.http.apache5.Apache5HttpClient;
import software.amazon.awssdk.regions.Region;

/** The account that all servers of this machine belong to. Its secrets are none. */
public final class LocalAws {
  /** The region that requests are signed for and ARNs name. */
  public static final String REGION = "us-east-1";

  /** The account in ARNs. */
  public static final String ACCOUNT = "123456789012";

  /** The access key id that all servers take. */
  public static final String ACCESS_KEY_ID = "weir-local";

  /** The secret access key that all servers take. */
  public static final String SECRET_ACCESS_KEY = "weir-local-secret";

  private LocalAws() {}

  /** The ARN of a function. */
  public static String functionArn(String name) {
    return "arn:aws:lambda:%s:%s:function:%s".formatted(REGION, ACCOUNT, name);
  }

  static Region region() {
    return Region.of(REGION);
  }

  static AwsCredentialsProvider credentials() {
    return StaticCredentialsProvider.create(
        AwsBasicCredentials.create(ACCESS_KEY_ID, SECRET_ACCESS_KEY));
  }

  static Apache5HttpClient.Builder http() {
    return Apache5HttpClient.builder()
        .maxConnections(200)
        .connectionTimeout(Duration.ofSeconds(5))
        .socketTimeout(Duration.ofSeconds(30));
  }
}
