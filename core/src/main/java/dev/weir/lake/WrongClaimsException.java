package dev.weir.lake;

/** Lake and claim store do not belong together. Nothing was changed; the start must stop. */
public final class WrongClaimsException extends Exception {
  private static final long serialVersionUID = 1L;

  private WrongClaimsException(String message) {
    super(message);
  }

  static WrongClaimsException notThisLakes(String bound, String offered) {
    return new WrongClaimsException(
        ("this lake's claims are those with the id %s, and the ones given have the id %s; going on"
                + " would land events twice: give the claims that belong to this lake (--claims); if"
                + " they are lost, stop every process that writes to it and run once with"
                + " --rebuild-claims")
            .formatted(bound, offered));
  }

  static WrongClaimsException ofAnotherLake(String offered) {
    return new WrongClaimsException(
        ("the claims given, with the id %s, remember events of another lake, and this lake is new;"
                + " going on would take its events for duplicates: give each lake claims of its own"
                + " (--claims)")
            .formatted(offered));
  }

  static WrongClaimsException notEmpty(String offered) {
    return new WrongClaimsException(
        ("the claims given, with the id %s, remember events already, and not those of this lake;"
                + " claims are made anew only where there are none: give an empty folder, or another"
                + " redis.name")
            .formatted(offered));
  }
}
