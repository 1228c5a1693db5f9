package dev.weir.lake;

/** The lake belongs to another claim store. Nothing was changed; the start must stop. */
public final class WrongClaimsException extends Exception {
  private static final long serialVersionUID = 1L;

  WrongClaimsException(String bound, String offered) {
    super(
        ("this lake's claims are those with the id %s, and the ones given have the id %s; going on"
                + " would land events twice: give the claims that belong to this lake (--claims), or"
                + " use a new lake")
            .formatted(bound, offered));
  }
}
