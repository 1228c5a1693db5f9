package dev.weir.record;

import java.util.Locale;

/**
 * Why a record can never become an event. The codes are stable: they stand in the lake, in the
 * ledger and in metrics, and docs/reference/reason-codes.md lists every one of them.
 */
public enum Reason {
  /** The source delivered a record of no bytes, or of white space only. */
  EMPTY_RECORD("The record has no bytes, or only white space (where a source can send one)."),
  /** A byte order mark stands where only JSON may stand. */
  BYTE_ORDER_MARK("A byte order mark stands anywhere but at the very beginning of an input."),
  /** The bytes are not UTF-8. */
  INVALID_ENCODING("The bytes are not valid UTF-8: UTF-16, overlong forms, encoded surrogates."),
  /** The document ends before it is complete. */
  TRUNCATED_JSON("The JSON document ends before it is complete."),
  /** Something other than white space follows the document. */
  TRAILING_DATA("Something follows the JSON document in the same record."),
  /** The bytes are not JSON as RFC 8259 defines it. */
  INVALID_JSON("The bytes are not JSON (RFC 8259); NaN, Infinity and comments are not JSON."),
  /** The document is JSON, but no object. */
  NOT_AN_OBJECT("The document is a JSON string, number, array, true, false or null."),
  /** An escaped surrogate without its other half, which no SQL engine can read. */
  LONE_SURROGATE("A \\uD800-\\uDFFF escape without its other half, which is no character."),
  /** More nested than the limit. */
  NESTING_TOO_DEEP("Objects and arrays are nested deeper than limits.max_depth."),
  /** A string longer than the limit. */
  STRING_TOO_LONG("A string is longer than limits.max_string_bytes."),
  /** A number longer than the limit. */
  NUMBER_TOO_LONG("A number is longer than limits.max_number_chars."),
  /** More members and elements than the limit. */
  TOO_MANY_MEMBERS("The document has more members than limits.max_members."),
  /** A document larger than the limit. */
  DOCUMENT_TOO_LARGE("The document is larger than limits.max_document_bytes."),
  /** A mapped member occurs twice. */
  DUPLICATE_KEY("The id, name, time or payload member occurs twice."),
  /** No id. */
  MISSING_ID("The id is absent or null."),
  /** The id is no UUID, and the mapping asks for one. */
  INVALID_ID("The id is not a UUID (any of five spellings), or the nil UUID, or not a string."),
  /** No name. */
  MISSING_NAME("The name is absent or null."),
  /** The name cannot name an event. */
  INVALID_NAME(
      "The name is empty, not a string, longer than limits.max_name_chars, has an empty first"
          + " segment or a control character."),
  /** No time. */
  MISSING_TIME("The time is absent or null."),
  /** The time cannot be read. */
  INVALID_TIME("The time is neither a number nor ISO 8601 with a zone."),
  /** The time is outside the accepted range. */
  TIME_OUT_OF_RANGE("The time is before time.min or not before time.max."),
  /** The uuid was seen with other content. */
  CONFLICTING_DUPLICATE("The uuid was already used by an event of other content."),
  /** A record of the Kinesis Producer Library is damaged. */
  CORRUPT_AGGREGATE("An aggregate of the Kinesis Producer Library is damaged."),
  /** A gzip or zstd stream is damaged or cut off. */
  CORRUPT_COMPRESSION(
      "A gzip or zstd stream is damaged or ends early; what stood before it lands."),
  /** Compressed data inside compressed data. */
  NESTED_COMPRESSION("Compressed data holds compressed data."),
  /** A compressed stream expands beyond the limit. */
  DECOMPRESSION_LIMIT(
      "A compressed input expands beyond limits.max_decompressed_bytes or"
          + " limits.max_compression_ratio."),
  /** A record of a stream holds more documents than the limit. */
  TOO_MANY_DOCUMENTS(
      "A record of a stream holds more documents than limits.max_documents_per_record."),
  /** An input could not be read to its end. */
  UNREADABLE_INPUT("An input could not be read (to its end); the rest of it was not received.");

  private final String code;
  private final String description;

  Reason(String description) {
    this.code = name().toLowerCase(Locale.ROOT);
    this.description = description;
  }

  /** The stable code, lower-case with underscores. */
  public String code() {
    return code;
  }

  /** One sentence for people. */
  public String description() {
    return description;
  }
}
