package dev.weir.cli.generate;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.ArrayList;
import java.util.List;

/**
 * A payload with slots that are filled differently for every event.
 *
 * <p>The templates hold what real payloads hold and what careless pipelines change: numbers such as
 * {@code 1.10}, more digits than a double has, escapes that need not be escapes, raw and escaped
 * characters outside ASCII, nulls, empty arrays, white space, a member that occurs twice. All
 * payloads are valid JSON objects of 100 to 400 bytes. Immutable.
 */
final class PayloadTemplate {
  /** Characters of a template that stand for a slot, each after a {@code $}. */
  private static final char INTEGER = 'i';

  private static final char SMALL = 's';
  private static final char MONEY = 'm';
  private static final char PRECISE = 'p';
  private static final char HEX = 'h';
  private static final char WORD = 'w';
  private static final char TEXT = 't';
  private static final char FLAG = 'b';
  private static final char NUMBERS = 'n';

  private static final List<PayloadTemplate> ALL =
      List.of(
          new PayloadTemplate(
              """
              {"user":{"id":$i,"session":"$h$h","plan":"$w"},"progress":$m,\
              "position":{"chapter":$s,"section":$s},"tags":["$w","$w"],"note":"$t",\
              "completed":$b,"device":{"os":"$w","scale":$m,"build":$i}}"""),
          new PayloadTemplate(
              """
              {"url":"https:\\/\\/example.org\\/$w\\/$i","referrer":null,"visit":"$h",\
              "viewport":{"width":1$s,"height":7$s,"ratio":$m},"title":"$t",\
              "timing":[$n],"consent":{"ads":$b,"stats":$b}}"""),
          new PayloadTemplate(
              """
              {"video":{"id":"$h","title":"$t","seconds":$m},"rate":1.10,"volume":$p,\
              "buffer":[[$s,$s],[$s,$s]],"captions":{"language":"$w","on":$b},"quality":null,\
              "account":$i}"""),
          new PayloadTemplate(
              """
              {"quiz":$i,"answers":[{"question":$s,"choice":"$w","points":$m},\
              {"question":$s,"choice":"$w","points":$m},{"question":$s,"choice":null,"points":0.0}],\
              "score":$p,"passed":$b,"remark":"$t"}"""),
          new PayloadTemplate(
              """
              {"query":"$t","filters":{"level":["$w","$w"],"price":{"from":$m,"to":$m}},\
              "hits":$i,"page":$s,"results":[$n],"trace":"$h$h","experiment":{}}"""),
          new PayloadTemplate(
              """
              { "text": "$t", "author": { "id": $i, "name": "$w $w" }, "thread": "$h",\
               "mentions": [$n], "score": -$m, "edited": $b, "reactions": [] }"""),
          new PayloadTemplate(
              """
              {"order":"$h","currency":"EUR","amount":$m,"tax":$p,"lines":[{"sku":"$w-$s","price":$m,\
              "count":$s},{"sku":"$w-$s","price":$m,"count":$s}],"coupon":null,"paid":$b,\
              "address":{"city":"$t","country":"$w"}}"""),
          new PayloadTemplate(
              """
              {"job":$i,"host":"$w-$s","labels":{"team":"$w","team":"$w"},"attempts":[$n],\
              "error":{"code":$s,"message":"$t","stack":null},"memory":{"used":$i,"share":$p},\
              "checksum":"$h$h"}"""));

  private static final byte[][] WORDS =
      bytes(
          "alpha", "basic", "night", "violet", "harbour", "linen", "summit", "orchard", "cobalt",
          "fjord", "Größe", "naïve", "meadow", "quartz", "ember", "東京");

  /** Strings as they stand in JSON: escapes are written out and are kept by whoever keeps bytes. */
  private static final byte[][] PHRASES =
      bytes(
          "the third part was easier than the second",
          "she said \\\"again\\\" and went on",
          "first line\\nsecond line",
          "caf\\u00e9 or café",
          "C:\\\\lessons\\\\next",
          "naïve approach, Größe unknown",
          "東京の授業は楽しい",
          "done \\ud83c\\udf89 and 🎉",
          "a\\/b stays a\\/b",
          "tab\\there, 100 % of it",
          "nothing to add",
          "please see the answer of last week",
          "Привет, мир",
          "what about x < y && y > z?",
          "it's fine",
          "repeat until it is boring");

  private static final byte[][] FLAGS = bytes("true", "false", "null");

  private final byte[][] literals;
  private final char[] slots;

  private PayloadTemplate(String template) {
    List<String> parts = new ArrayList<>();
    StringBuilder codes = new StringBuilder();
    int from = 0;
    for (int at = template.indexOf('$'); at >= 0; at = template.indexOf('$', from)) {
      parts.add(template.substring(from, at));
      codes.append(template.charAt(at + 1));
      from = at + 2;
    }
    parts.add(template.substring(from));
    literals = bytes(parts.toArray(new String[0]));
    slots = codes.toString().toCharArray();
  }

  /** The template of all events of a type. */
  static PayloadTemplate ofType(int type) {
    return ALL.get(type % ALL.size());
  }

  /** Appends one payload. */
  void write(RandomBits random, LineBuffer out) {
    for (int i = 0; i < slots.length; i++) {
      out.add(literals[i]);
      fill(slots[i], random, out);
    }
    out.add(literals[slots.length]);
  }

  private static void fill(char slot, RandomBits random, LineBuffer out) {
    switch (slot) {
      case INTEGER -> out.decimal(random.below(1_000_000));
      case SMALL -> out.decimal(random.below(100));
      case MONEY -> {
        out.decimal(random.below(1_000));
        out.add('.');
        out.decimal(random.below(100), 2);
      }
      case PRECISE -> {
        out.add('0');
        out.add('.');
        out.decimal(random.next() >>> 1, 18);
      }
      case HEX -> out.hex(random.next(), 16);
      case WORD -> out.add(pick(WORDS, random));
      case TEXT -> {
        out.add(pick(PHRASES, random));
        if (random.below(2) == 0) {
          out.add(' ');
          out.add(pick(PHRASES, random));
        }
      }
      case FLAG -> out.add(pick(FLAGS, random));
      case NUMBERS -> {
        int count = random.below(7);
        for (int i = 0; i < count; i++) {
          if (i > 0) {
            out.add(',');
          }
          out.decimal(random.below(10_000));
        }
      }
      default -> throw new IllegalStateException("a template has the unknown slot '" + slot + "'");
    }
  }

  private static byte[] pick(byte[][] choices, RandomBits random) {
    return choices[random.below(choices.length)];
  }

  private static byte[][] bytes(String... texts) {
    byte[][] all = new byte[texts.length][];
    for (int i = 0; i < texts.length; i++) {
      all[i] = texts[i].getBytes(UTF_8);
    }
    return all;
  }
}
