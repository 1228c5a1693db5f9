package dev.weir.lake;

/**
 * The lake and the claim store do not belong together. Nothing was changed; the start must stop.
 */
public final class WrongClaimsException extends Exception {
  private static final long serialVersionUID = 1L;

  WrongClaimsException(String bound, String offered) {
    super(
        ("this lake's claims are those with the id %s, and the ones given have the id %s; going on"
                + " would land events twice: give the claims that belong to this lake (--claims), or"
                + " use a new lake")
            .formatted(bound, offered));
  }

  WrongClaimsException(String offered) {
    super(
        ("this lake is new, and the claims given (id %s) hold events of another lake; going on would"
                + " take events for duplicates that this lake does not hold: give other claims"
                + " (--claims), or the lake that belongs to these")
            .formatted(offered));
  }
}
