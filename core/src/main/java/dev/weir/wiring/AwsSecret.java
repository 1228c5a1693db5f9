package dev.weir.wiring;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import dev.weir.claim.RenewablePassword;
import java.io.IOException;
import java.net.URI;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.auth.credentials.AwsCredentialsProvider;
import software.amazon.awssdk.auth.credentials.DefaultCredentialsProvider;
import software.amazon.awssdk.awscore.client.builder.AwsClientBuilder;
import software.amazon.awssdk.awscore.client.builder.AwsSyncClientBuilder;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.http.apache5.Apache5HttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.secretsmanager.SecretsManagerClient;
import software.amazon.awssdk.services.ssm.SsmClient;

/**
 * A password in AWS Secrets Manager, or in a parameter of AWS Systems Manager: read when it is
 * needed first, and again when it is refused, so that it may be rotated and is nowhere in the
 * settings.
 *
 * <p>The clients are made for one request and closed: a password is asked for once in the life of a
 * process.
 */
final class AwsSecret implements RenewablePassword {
  private final String arn;
  private final String member;
  private final AwsCredentialsProvider credentials;
  private final @Nullable URI endpoint;
  private @Nullable String known;

  /**
   * A password.
   *
   * @param arn the secret or the parameter
   * @param member the member that holds the password, if the text there is a JSON object
   * @param endpoint another address than the service's own, or null
   */
  AwsSecret(String arn, String member, AwsCredentialsProvider credentials, @Nullable URI endpoint) {
    this.arn = arn;
    this.member = member;
    this.credentials = credentials;
    this.endpoint = endpoint;
  }

  /** A password that is read with the credentials of the environment. */
  static AwsSecret of(String arn, String member) {
    return new AwsSecret(arn, member, DefaultCredentialsProvider.builder().build(), null);
  }

  /**
   * The password.
   *
   * @throws UnreadableException if it cannot be read; the message never holds it
   */
  @Override
  public synchronized String get() {
    if (known == null) {
      known = password(read());
    }
    return known;
  }

  @Override
  public synchronized void renew() {
    known = null;
  }

  private String read() {
    try {
      return isParameter() ? parameter() : secret();
    } catch (SdkException e) {
      throw new UnreadableException(
          ("the password in %s cannot be read: %s; check redis.password_from, and that this process"
                  + " may read it (%s, and kms:Decrypt for a key of your own)")
              .formatted(
                  arn,
                  e.getMessage(),
                  isParameter() ? "ssm:GetParameter" : "secretsmanager:GetSecretValue"),
          e);
    }
  }

  private boolean isParameter() {
    return arn.split(":", -1)[2].equals("ssm");
  }

  private String secret() {
    try (SecretsManagerClient client = client(SecretsManagerClient.builder())) {
      String text = client.getSecretValue(request -> request.secretId(arn)).secretString();
      if (text == null) {
        throw new UnreadableException(
            "the secret %s is bytes and no text; keep the password as text".formatted(arn), null);
      }
      return text;
    }
  }

  private String parameter() {
    try (SsmClient client = client(SsmClient.builder())) {
      return client
          .getParameter(request -> request.name(arn).withDecryption(true))
          .parameter()
          .value();
    }
  }

  private <B extends AwsClientBuilder<B, C> & AwsSyncClientBuilder<B, C>, C> C client(B builder) {
    builder
        .region(Region.of(arn.split(":", -1)[3]))
        .credentialsProvider(credentials)
        .httpClientBuilder(Apache5HttpClient.builder());
    if (endpoint != null) {
      builder.endpointOverride(endpoint);
    }
    return builder.build();
  }

  /** The member of a JSON object; any other text is the password itself. */
  private String password(String text) {
    if (!text.stripLeading().startsWith("{")) {
      return text;
    }
    try (JsonParser json = new JsonFactory().createParser(text)) {
      json.nextToken();
      while (json.nextToken() == JsonToken.FIELD_NAME) {
        String name = json.currentName();
        JsonToken value = json.nextToken();
        if (name.equals(member) && value == JsonToken.VALUE_STRING) {
          return json.getText();
        }
        json.skipChildren();
      }
    } catch (IOException e) {
      // Its message may show what stands there.
      throw new UnreadableException(
          "%s begins like JSON and is none; mend what is kept there".formatted(arn), null);
    }
    throw new UnreadableException(
        "%s is JSON without a text as its member %s; set redis.password_member"
            .formatted(arn, member),
        null);
  }
}
