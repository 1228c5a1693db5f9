package dev.weir.doctor;

import dev.weir.settings.Settings;

/** Whether lake and claims belong together. */
final class Tie {
  private Tie() {}

  static void check(
      Examination examination,
      Settings settings,
      Known<String> lake,
      Known<ClaimsChecks.Claims> claims) {
    if (!lake.isKnown() || !claims.isKnown()) {
      String unknown = lake.isKnown() ? "the claims" : "the lake";
      examination.skip(unknown + " could not be looked at", Check.LAKE_CLAIMS);
    } else {
      examination.found(compare(settings, lake, claims));
    }
  }

  private static Finding compare(
      Settings settings, Known<String> lake, Known<ClaimsChecks.Claims> claims) {
    String bound = lake.value().orElse(null);
    ClaimsChecks.Claims given = claims.value().orElse(null);
    if (bound == null) {
      return given == null || !given.isUsed()
          ? Finding.pass(Check.LAKE_CLAIMS, "both are new; the first run ties them")
          : Finding.fail(
              Check.LAKE_CLAIMS,
              "the claims, with the id %s, remember events of another lake, and this lake is new"
                  .formatted(given.epoch()),
              "give each lake claims of its own (--claims%s)".formatted(name(settings)));
    }
    if (given != null && bound.equals(given.epoch())) {
      return Finding.pass(Check.LAKE_CLAIMS, "they belong together, by the id " + bound);
    }
    String found = given == null ? "there are none" : "the ones given have the id " + given.epoch();
    return Finding.fail(
        Check.LAKE_CLAIMS,
        "this lake's claims are those with the id %s, and %s".formatted(bound, found),
        ("give the claims that belong to this lake (--claims%s); if they are lost, stop every process"
                + " that writes to it and run once with --rebuild-claims")
            .formatted(name(settings)));
  }

  private static String name(Settings settings) {
    return settings.claims().isInRedis() ? ", redis.name" : "";
  }
}
