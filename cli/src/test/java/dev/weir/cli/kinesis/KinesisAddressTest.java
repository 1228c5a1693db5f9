package dev.weir.cli.kinesis;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.net.URI;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class KinesisAddressTest {
  @Test
  void streamMayStandAloneOrWithItsRegionAndEndpoint() {
    assertEquals(
        new KinesisAddress("my_clicks.v2", null, null),
        KinesisAddress.parse("kinesis://my_clicks.v2"));
    assertEquals(
        new KinesisAddress("clicks", "us-gov-west-1", null),
        KinesisAddress.parse("kinesis://clicks/?region=us-gov-west-1"));
    KinesisAddress local =
        new KinesisAddress("clicks", "eu-west-1", URI.create("http://127.0.0.1:4567"));
    assertEquals(
        local,
        KinesisAddress.parse("kinesis://clicks?endpoint=http://127.0.0.1:4567&region=eu-west-1"));
    assertEquals(
        local,
        KinesisAddress.parse(
            "kinesis://clicks?region=eu-west-1&endpoint=http%3A%2F%2F127.0.0.1%3A4567"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      textBlock =
          """
          clicks                          | it is no address of a stream
          kinesis://a/b                   | it is no address of a stream
          kinesis://                      | '' is not the name of a stream
          kinesis://a b                   | 'a b' is not the name of a stream
          kinesis://a?region=             | '' is not a region
          kinesis://a?region=EU           | 'EU' is not a region
          kinesis://a?zone=1              | 'zone' is no parameter of it
          kinesis://a?region=eu-west-1&   | '' is no parameter of it
          kinesis://a?region=eu-west-1&region=eu-west-2 | region is in it twice
          kinesis://a?endpoint=127.0.0.1:4567        | '127.0.0.1:4567' is no endpoint
          kinesis://a?endpoint=ftp://127.0.0.1       | 'ftp://127.0.0.1' is not an http:// or https:// endpoint
          kinesis://a?endpoint=http://u:p@127.0.0.1  | 'http://u:p@127.0.0.1' is not an http:// or https:// endpoint
          """)
  void whatIsNoAddressIsRefusedWithTheReason(String text, String reason) {
    IllegalArgumentException e =
        assertThrows(IllegalArgumentException.class, () -> KinesisAddress.parse(text));

    assertEquals(reason, e.getMessage());
  }
}
