package dev.weir.claim;

import java.io.IOException;
import java.util.Collection;
import java.util.Set;

/**
 * The binding of event uuids to attempts: set if absent, and the answer always carries the stored
 * owner. The protocol that uses it is told in docs/decisions/0001-claims-protocol.md.
 *
 * <p>What every adapter promises, and {@code ClaimStoreContract} tests:
 *
 * <ul>
 *   <li>A uuid has at most one owner at a time; concurrent claims of one uuid all learn the same
 *       owner. Each uuid is atomic; a call over many uuids is not.
 *   <li>When a call returns, what it says is durable: it is still so after a crash of this process.
 *   <li>A claim is kept for at least the window after its attempt began, and may be forgotten
 *       afterwards. A forgotten uuid can be claimed anew.
 *   <li>When a call throws, each of its uuids may or may not have been changed: outcome unknown.
 *       The caller gives its attempt up; a later attempt finds the owner and resolves it.
 *   <li>Safe for use by several threads.
 * </ul>
 */
public interface ClaimStore extends AutoCloseable {
  /**
   * Claims every uuid that has no owner for {@code claims.attempt()}, and fills in the owner and
   * the owner's content hash of every uuid.
   *
   * @throws IOException if the store could not answer or not make the claims durable; retry with a
   *     new attempt
   */
  void claim(Claims claims) throws IOException;

  /**
   * Moves each uuid's claim to {@code claims.attempt()} if {@code from} still owns it, or if it has
   * no owner any more; then fills in owners and hashes like {@link #claim}. Only for an attempt
   * that was fenced: the caller has made sure that {@code from} can never land anything more.
   *
   * @throws IOException as {@link #claim} does
   */
  void rebind(Claims claims, Attempt from) throws IOException;

  /**
   * Remembers that everything {@code attempt} planned is in the lake. A hint: losing it costs a
   * look at the lake, never an event.
   *
   * @throws IOException if the hint may not have been kept; safe to ignore
   */
  void done(Attempt attempt) throws IOException;

  /**
   * Those of {@code attempts} that are known to be done.
   *
   * @throws IOException if the store could not answer; retry
   */
  Set<Attempt> knownDone(Collection<Attempt> attempts) throws IOException;

  /** The identity of this store: made when it is created, and never changed. */
  String epoch();

  /**
   * Whether no claim is remembered here. It may stay false when all claims have expired.
   *
   * @throws IOException if the store could not answer; retry
   */
  boolean isUnused() throws IOException;

  /** Releases the store. What was answered before stays durable. */
  @Override
  void close() throws IOException;
}
