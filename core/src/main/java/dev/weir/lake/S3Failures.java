package dev.weir.lake;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.io.UncheckedIOException;
import java.net.ConnectException;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.util.Objects;
import software.amazon.awssdk.awscore.exception.AwsErrorDetails;
import software.amazon.awssdk.core.exception.AbortedException;
import software.amazon.awssdk.core.exception.ApiCallAttemptTimeoutException;
import software.amazon.awssdk.core.exception.ApiCallTimeoutException;
import software.amazon.awssdk.services.s3.model.S3Exception;

/**
 * What the failures of S3 mean, and what to do about them: the messages of a store's exceptions.
 */
final class S3Failures {
  /** What was being done, and the permissions that it takes. */
  enum Operation {
    PUT("put", "s3:PutObject and s3:AbortMultipartUpload on its objects"),
    COMPARE("look at", "s3:GetObject on its objects and s3:ListBucket on the bucket"),
    READ("read", "s3:GetObject on its objects and s3:ListBucket on the bucket"),
    LIST("list", "s3:ListBucket on the bucket");

    private final String verb;
    private final String permissions;

    Operation(String verb, String permissions) {
      this.verb = verb;
      this.permissions = permissions;
    }
  }

  private final S3Options options;

  S3Failures(S3Options options) {
    this.options = options;
  }

  /** The failure of an operation on an object, once no more tries are left or none makes sense. */
  IOException of(Operation operation, String objectKey, RuntimeException failure) {
    if (failure instanceof AbortedException || Thread.currentThread().isInterrupted()) {
      Thread.currentThread().interrupt();
      InterruptedIOException interrupted =
          new InterruptedIOException(
              "interrupted at %s s3://%s/%s"
                  .formatted(operation.verb, options.bucket(), objectKey));
      interrupted.initCause(failure);
      return interrupted;
    }
    String unknown =
        operation == Operation.PUT || operation == Operation.COMPARE
            ? " (whether the object exists now is unknown: put it again to know)"
            : "";
    return new IOException(
        "cannot %s s3://%s/%s: %s%s"
            .formatted(
                operation.verb, options.bucket(), objectKey, reason(operation, failure), unknown),
        failure);
  }

  private String reason(Operation operation, RuntimeException failure) {
    if (failure instanceof S3Exception answer) {
      return answered(operation, answer);
    }
    if (failure instanceof ApiCallAttemptTimeoutException
        || failure instanceof ApiCallTimeoutException
        || hasCause(failure, SocketTimeoutException.class)) {
      return "no answer in time, in %d tries; the store or the network is overloaded, or the S3 timeouts are too short"
          .formatted(options.network().tries());
    }
    if (hasCause(failure, UnknownHostException.class)) {
      return "the host name is unknown (%s); check the endpoint and the region".formatted(where());
    }
    if (hasCause(failure, ConnectException.class)) {
      return "nothing accepts connections at %s; check the endpoint and the network"
          .formatted(where());
    }
    String message = Objects.toString(failure.getMessage(), failure.toString());
    if (message.contains("credentials")) {
      return "no credentials were found; give them by environment, profile or role, as the AWS SDK's default chain describes";
    }
    Throwable cause = failure.getCause();
    return failure instanceof UncheckedIOException && cause != null
        ? "the local file could not be read: " + cause
        : "no answer in %d tries: %s".formatted(options.network().tries(), message);
  }

  private String answered(Operation operation, S3Exception answer) {
    String code = code(answer);
    String reason =
        switch (code) {
          case "NoSuchBucket" ->
              "there is no bucket %s at %s; create it or correct the lake's location"
                  .formatted(options.bucket(), where());
          case "InvalidAccessKeyId", "SignatureDoesNotMatch", "InvalidToken" ->
              "the credentials are not valid at %s; check which ones the environment, profile or role gives"
                  .formatted(where());
          case "ExpiredToken" -> "the credentials have expired; renew the session";
          case "RequestTimeTooSkewed" -> "this machine's clock is wrong; set it (NTP)";
          case "PermanentRedirect",
              "AuthorizationHeaderMalformed",
              "IllegalLocationConstraintException" ->
              otherRegion(answer);
          case "NotImplemented" ->
              "the store does not know create-if-absent (If-None-Match: *), which the lake needs; use another store";
          case "InvalidRequest", "BadDigest", "InvalidDigest" ->
              "the store refused the request; if it does not know the checksum %s, choose another"
                  .formatted(options.checksum());
          default ->
              switch (answer.statusCode()) {
                case 301, 307 -> otherRegion(answer);
                case 403 -> "access was denied; allow " + operation.permissions;
                case 409, 412 ->
                    "the store went on refusing the put while nothing stood at the key, in %d tries"
                        .formatted(options.network().tries());
                case 429, 503 ->
                    "the store asked to slow down, in %d tries; put fewer objects at once or try later"
                        .formatted(options.network().tries());
                default -> "the store answered with an error";
              };
        };
    return "%s [%d %s, request %s]"
        .formatted(reason, answer.statusCode(), code, Objects.toString(answer.requestId(), "-"));
  }

  private String otherRegion(S3Exception answer) {
    AwsErrorDetails details = answer.awsErrorDetails();
    String region =
        details == null || details.sdkHttpResponse() == null
            ? "another one"
            : details
                .sdkHttpResponse()
                .firstMatchingHeader("x-amz-bucket-region")
                .orElse("another one");
    return "the bucket %s is in the region %s, and %s was asked; set the region"
        .formatted(options.bucket(), region, where());
  }

  private String where() {
    S3Options.Endpoint endpoint = options.endpoint();
    return endpoint.uri() != null
        ? endpoint.uri().toString()
        : "Amazon S3 in " + Objects.toString(endpoint.region(), "the environment's region");
  }

  /** The error's code in S3's words, or its name where an answer has no body. */
  static String code(S3Exception answer) {
    AwsErrorDetails details = answer.awsErrorDetails();
    return details == null || details.errorCode() == null ? "no code" : details.errorCode();
  }

  private static boolean hasCause(Throwable failure, Class<? extends Throwable> type) {
    Throwable at = failure;
    for (int depth = 0; at != null && depth < 16; depth++) {
      if (type.isInstance(at)) {
        return true;
      }
      at = at.getCause();
    }
    return false;
  }
}
