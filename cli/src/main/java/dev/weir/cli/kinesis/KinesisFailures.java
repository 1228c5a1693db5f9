package dev.weir.cli.kinesis;

import java.io.IOException;
import java.net.ConnectException;
import java.net.UnknownHostException;
import java.util.Objects;
import software.amazon.awssdk.awscore.exception.AwsErrorDetails;
import software.amazon.awssdk.core.exception.SdkClientException;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.core.exception.SdkServiceException;
import software.amazon.awssdk.services.kinesis.model.KinesisException;

/** What the failures of Kinesis mean, and what to do about them. */
final class KinesisFailures {
  private final KinesisAddress address;

  KinesisFailures(KinesisAddress address) {
    this.address = address;
  }

  /** Whether the same request may succeed a little later. */
  static boolean passes(SdkException failure) {
    if (failure instanceof SdkServiceException answer) {
      return answer.isThrottlingException() || answer.statusCode() >= 500;
    }
    return failure instanceof SdkClientException && hasCause(failure, IOException.class);
  }

  /** Whether nobody can have seen the request. */
  static boolean isUnreachable(SdkException failure) {
    return hasCause(failure, ConnectException.class)
        || hasCause(failure, UnknownHostException.class);
  }

  /** What went wrong with a whole request, as one sentence. */
  String describe(SdkException failure) {
    if (failure instanceof KinesisException answer) {
      return answered(answer);
    }
    if (hasCause(failure, UnknownHostException.class)) {
      return "the host name is unknown (%s); check the endpoint and the region"
          .formatted(address.where());
    }
    if (hasCause(failure, ConnectException.class)) {
      return "nothing accepts connections at %s; check the endpoint and the network"
          .formatted(address.where());
    }
    String message = Objects.toString(failure.getMessage(), failure.toString());
    return message.contains("credentials")
        ? "no credentials were found; give them by environment, profile or role, as for other AWS"
            + " tools"
        : message.strip().replaceAll("\\s*\\R\\s*", " ");
  }

  private String answered(KinesisException answer) {
    AwsErrorDetails details = answer.awsErrorDetails();
    String code = details == null || details.errorCode() == null ? "no code" : details.errorCode();
    String reason =
        switch (code) {
          case "ResourceNotFoundException" ->
              "there is no stream %s at %s; create it, or correct the name or the region"
                  .formatted(address.stream(), address.where());
          case "UnrecognizedClientException",
              "InvalidSignatureException",
              "InvalidClientTokenId",
              "IncompleteSignatureException",
              "MissingAuthenticationTokenException" ->
              "the credentials are not valid at %s; check which ones the environment, profile or"
                      .formatted(address.where())
                  + " role gives";
          case "ExpiredTokenException" -> "the credentials have expired; renew the session";
          case "AccessDeniedException" ->
              "access was denied; allow kinesis:PutRecords on the stream, and kms:GenerateDataKey"
                  + " if it has a key of its own";
          default ->
              tooFast(code)
                  ? slower()
                  : Objects.toString(details == null ? null : details.errorMessage(), "no message");
        };
    return "%s [%d %s]".formatted(reason, answer.statusCode(), code);
  }

  /** Whether records were refused because there were too many. */
  static boolean tooFast(String code) {
    return code.equals("ProvisionedThroughputExceededException")
        || code.equals("LimitExceededException")
        || code.equals("ThrottlingException");
  }

  /** What to do about it. */
  static String slower() {
    return "the stream's shards take no more; send slower (--rate), or give the stream more shards";
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
