package dev.weir.sim;

/**
 * Edits to the protocol that must not go unnoticed. They are made in the simulated stores and in
 * the simulated transform: what the pipeline believes to have done, it has not.
 */
enum Mutation {
  /** The protocol as it is. */
  NONE,
  /** A dead attempt's plan is looked for, and nothing is put in its place. */
  NO_FENCE,
  /** Planned keys are looked at, and those that are free are taken for sealed. */
  LOOK_INSTEAD_OF_SEAL,
  /** Only the first planned key is sealed. */
  ONE_SEAL_ONLY,
  /** What dead owners hold is taken over without a fence. */
  BLIND_REBIND,
  /** A claim is moved whoever holds it by then. */
  REBIND_WITHOUT_COMPARING,
  /** Plans and data replace what is there. */
  UNCONDITIONAL_PUT,
  /** "Exists" is taken for success, for plans and data. */
  EXISTS_IS_SUCCESS,
  /** "Exists" is taken for success, for plans only. */
  FENCED_PLAN_IGNORED,
  /** "Exists" is taken for success, for data only. */
  SEAL_IGNORED,
  /** DONE is told between PLAN and LAND. */
  DONE_EARLY,
  /** DONE is told also of an attempt one of whose puts failed. */
  DONE_AFTER_FAILURE,
  /** The claim store forgets now and then what it answered. */
  CLAIMS_DROPPED,
  /** A claim replaces the one that is there. */
  CLAIMS_REPLACED,
  /** The dead letters of conflicts are not claimed. */
  CONFLICTS_NOT_CLAIMED,
  /** No dead letter is claimed. */
  LETTERS_NOT_CLAIMED,
  /** A claim does not keep the content hash. */
  CONTENT_NOT_COMPARED,
  /** A uuid that is twice in a batch is written twice. */
  UUID_TWICE_IN_A_BATCH,
  /** The acknowledgement does not wait for owners that still run. */
  ACK_DOES_NOT_WAIT,
  /** What a dead attempt has landed is not read. */
  LANDED_NOT_READ,
  /** A sealed plan gets no entry of what counts. */
  NO_SEALED_ENTRY
}
