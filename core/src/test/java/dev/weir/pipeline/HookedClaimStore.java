package dev.weir.pipeline;

import dev.weir.claim.Attempt;
import dev.weir.claim.ClaimStore;
import dev.weir.claim.Claims;
import java.io.IOException;
import java.util.Collection;
import java.util.Set;

/** A claim store whose operations a {@link StoreHook} looks on at. */
record HookedClaimStore(ClaimStore store, StoreHook hook) implements ClaimStore {
  @Override
  public void claim(Claims claims) throws IOException {
    hook.before("claim", claims.attempt().toString());
    store.claim(claims);
    hook.after("claim", claims.attempt().toString());
  }

  @Override
  public void rebind(Claims claims, Attempt from) throws IOException {
    hook.before("rebind", from.toString());
    store.rebind(claims, from);
    hook.after("rebind", from.toString());
  }

  @Override
  public void done(Attempt attempt) throws IOException {
    hook.before("done", attempt.toString());
    store.done(attempt);
    hook.after("done", attempt.toString());
  }

  @Override
  public Set<Attempt> knownDone(Collection<Attempt> attempts) throws IOException {
    hook.before("knownDone", attempts.toString());
    Set<Attempt> known = store.knownDone(attempts);
    hook.after("knownDone", attempts.toString());
    return known;
  }

  @Override
  public String epoch() {
    return store.epoch();
  }

  @Override
  public boolean isUnused() throws IOException {
    return store.isUnused();
  }

  @Override
  public void close() throws IOException {
    store.close();
  }
}
