package dev.weir.lake;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.URI;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class S3OptionsTest {
  @Test
  void locationNamesBucketAndPrefix() {
    assertEquals(S3Options.of("my.lake-1", "a/b"), S3Options.of("s3://my.lake-1/a/b"));
    assertEquals(S3Options.of("my.lake-1", "a/b"), S3Options.of("s3://my.lake-1/a/b/"));
    assertEquals(S3Options.of("my.lake-1", ""), S3Options.of("s3://my.lake-1"));
    assertEquals(S3Options.of("my.lake-1", ""), S3Options.of("s3://my.lake-1/"));
  }

  @Test
  void locationThatIsNoneIsRefused() {
    for (String location :
        List.of(
            "",
            "lake",
            "S3://lake",
            "s3a://lake",
            "s3://",
            "s3:///a",
            "s3://Lake",
            "s3://la",
            "s3://lake//a",
            "s3://lake/a//",
            "s3://lake/../a",
            "s3://lake/a/.",
            "s3://lake/\u00e4",
            "s3://user:secret@lake/a")) {
      assertThrows(IllegalArgumentException.class, () -> S3Options.of(location), location);
    }
  }

  @Test
  void valueOutOfItsRangeIsNamedWithTheRange() {
    String message =
        assertThrows(IllegalArgumentException.class, () -> new S3Options.Multipart(1, 5 << 20, 1))
            .getMessage();
    assertEquals("the S3 multipart threshold is 1; allowed is 5242880 to 5368709120", message);
    assertThrows(
        IllegalArgumentException.class, () -> new S3Options.Multipart(5 << 20, 1 << 20, 1));
    assertThrows(
        IllegalArgumentException.class, () -> new S3Options.Multipart(5 << 20, 5 << 20, 0));
    Duration second = Duration.ofSeconds(1);
    assertThrows(
        IllegalArgumentException.class,
        () -> new S3Options.Network(1, second, second, second, 0, second, second));
    assertThrows(
        IllegalArgumentException.class,
        () -> new S3Options.Network(1, Duration.ZERO, second, second, 1, second, second));
    assertThrows(
        IllegalArgumentException.class,
        () -> new S3Options.Network(1, second, second, second, 1, second, Duration.ofMillis(1)));
  }

  @Test
  void endpointWithCredentialsIsRefusedWithoutShowingThem() {
    String message =
        assertThrows(
                IllegalArgumentException.class,
                () -> new S3Options.Endpoint(null, URI.create("http://me:secret@host"), true))
            .getMessage();
    assertTrue(message.contains("without credentials"), message);
    assertFalse(message.contains("secret"), message);
    assertThrows(
        IllegalArgumentException.class,
        () -> new S3Options.Endpoint(null, URI.create("host:9000"), true));
  }
}
