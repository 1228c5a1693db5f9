package dev.weir.doctor;

/**
 * What the doctor looks at, in this order. Names are stable: scripts read them. The table in
 * docs/reference/doctor.md is this list.
 */
public enum Check {
  SETTINGS(
      "settings",
      "Everything that is set, wherever it is set, is known and allowed.",
      "Fails as the start of a run would."),
  SQL("sql", "The SQL compiles, and DuckDB starts.", "Fails as the start of a run would."),
  HEAP(
      "heap",
      "The Java heap holds the batches: (`run.workers` + 1) × `run.batch_bytes` × 1.5.",
      "Fails if it does not."),
  OPEN_FILES("open-files", "How many files a process may have open.", "Warns below 1,024."),
  STAGING(
      "staging",
      "The staging folder can be written; for a lake in a folder, it is on the same file system.",
      "Fails if it cannot be written; warns if files would be copied into the lake."),
  DISK(
      "disk",
      "Free space where files are staged: 2 × `run.workers` × `run.batch_bytes`, and `run.memory` for what DuckDB spills.",
      "Warns if there is less."),
  LAKE_REACH(
      "lake-reach",
      "The bucket is there, and the login and the region are right; or the lake's folder is there or can be made.",
      "Fails with the reason; all other checks of the lake are skipped."),
  LAKE_LIST("lake-list", "Objects can be listed: `s3:ListBucket`.", "Fails if they cannot."),
  LAKE_PUT("lake-put", "Objects can be put: `s3:PutObject`.", "Fails if they cannot."),
  LAKE_CHECKSUM(
      "lake-checksum",
      "The store takes the checksum that `s3.checksum` names. S3 only.",
      "Fails if it takes objects only without."),
  LAKE_GET("lake-get", "Objects can be read: `s3:GetObject`.", "Fails if they cannot."),
  LAKE_READ_AFTER_WRITE(
      "lake-read-after-write",
      "Eight keys are read before and at once after they are put.",
      "Fails if a read does not see the put before it."),
  LAKE_CREATE(
      "lake-create",
      "Create-if-absent is exact: three times, 32 creators put different contents at one key at once. Exactly one is told that it has created the object, the others that it exists, and its content is what is read.",
      "Fails otherwise, as at a store that ignores `If-None-Match`."),
  LAKE_CREATE_PARTS(
      "lake-create-parts",
      "The same for an object that is sent in parts: one byte more than `s3.multipart_threshold` (at most 64 MiB), by as many creators as fit into 64 MiB, 3 to 32. S3 only.",
      "Fails as `lake-create` does."),
  LAKE_ABORT(
      "lake-abort",
      "An upload in parts can be given up: `s3:AbortMultipartUpload`. S3 only.",
      "Warns if it cannot: parts that nobody needs would cost storage."),
  LAKE_CLOCK(
      "lake-clock",
      "The store's clock and this machine's. S3 only.",
      "Warns beyond 5 seconds, fails beyond 15 minutes, where S3 refuses requests."),
  LAKE_CLEANUP(
      "lake-cleanup",
      "The objects of these checks, below `_weir/doctor/`, are removed again. Weir itself never deletes.",
      "Warns and names the keys that are left."),
  REDIS_REACH(
      "redis-reach",
      "A server answers at each address, with TLS where it is `rediss://`.",
      "Fails with the reason; all other checks of Redis are skipped."),
  REDIS_LOGIN(
      "redis-login",
      "The password can be read where `redis.password_from` says, and the server takes it and the"
          + " user.",
      "Fails if not."),
  REDIS_SERVERS(
      "redis-servers",
      "One server or a cluster, and each of them takes writes.",
      "Fails at a replica."),
  REDIS_VERSION("redis-version", "Redis 6.2 or newer, or Valkey.", "Fails if it is older."),
  REDIS_EVICTION(
      "redis-eviction",
      "`maxmemory-policy` is `noeviction`.",
      "Fails if it is another; warns if the server does not tell."),
  REDIS_MEMORY(
      "redis-memory",
      "Memory for `redis.expected_claims`, at 44 bytes each.",
      "Warns if `maxmemory`, or the machines' memory where it is unbounded, is less."),
  REDIS_HASHES(
      "redis-hashes",
      "`hash-max-listpack-entries` is at least 256.",
      "Warns if it is less: claims would take three times the memory."),
  REDIS_DURABILITY(
      "redis-durability",
      "What the servers may lose of what they have acknowledged: the append-only file, replicas, Amazon's services.",
      "Warns if anything may be lost, and says what that costs."),
  REDIS_SCRIPT(
      "redis-script",
      "The user may do all that claims take: the script claims, takes over and purges in keys of its own, which are removed.",
      "Fails if not."),
  REDIS_CLOCK(
      "redis-clock",
      "The servers' clocks and this machine's.",
      "Warns beyond 1 second, fails beyond 1 hour: claims would be forgotten too early."),
  REDIS_CLAIMS(
      "redis-claims",
      "The claims that are there are whole, and were created with these settings.",
      "Fails if not."),
  CLAIMS_FOLDER(
      "claims-folder", "The folder of the claims can be written, or made.", "Fails if it cannot."),
  CLAIMS_LOCK(
      "claims-lock",
      "No run holds the claims.",
      "Warns if one does: a second run would be refused."),
  LAKE_CLAIMS(
      "lake-claims",
      "Lake and claims belong together, or are new.",
      "Fails if the lake belongs to other claims, or the claims to another lake.");

  private final String id;
  private final String looksAt;
  private final String otherwise;

  Check(String id, String looksAt, String otherwise) {
    this.id = id;
    this.looksAt = looksAt;
    this.otherwise = otherwise;
  }

  /** Its name, {@code lake-create}. */
  public String id() {
    return id;
  }

  /** What it looks at, in Markdown. */
  public String looksAt() {
    return looksAt;
  }

  /** When it does not pass, in Markdown. */
  public String otherwise() {
    return otherwise;
  }
}
