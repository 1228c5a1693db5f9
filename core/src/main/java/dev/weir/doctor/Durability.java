package dev.weir.doctor;

import dev.weir.claim.RedisProbe.Server;

/**
 * What a server may lose of what it has acknowledged. For the events whose claims are lost, exactly
 * once becomes at least once; none is ever missing.
 */
final class Durability {
  private static final String COST =
      "the events of that time, if they come again, would land twice";

  private Durability() {}

  static Finding of(Server server) {
    if (server.software().startsWith("Amazon MemoryDB")) {
      return Finding.pass(Check.REDIS_DURABILITY, "Amazon MemoryDB keeps what it acknowledges");
    }
    String replicas = replicas(server);
    if (server.software().startsWith("Amazon")) {
      return Finding.warn(
          Check.REDIS_DURABILITY,
          "Amazon ElastiCache, %s: a failover may lose what no replica had got yet; %s"
              .formatted(replicas, COST),
          "where that matters, use synchronous durability of ElastiCache for Valkey, or MemoryDB");
    }
    if (!server.appendOnly()) {
      return Finding.warn(
          Check.REDIS_DURABILITY,
          "no append-only file, %s: a crash loses all claims since the last snapshot, or all of them, and the next run stops or lands events twice"
              .formatted(replicas),
          "set appendonly to yes, and appendfsync to always or everysec");
    }
    String sync = server.appendSync();
    if ("always".equals(sync)) {
      return server.replicas() == 0
          ? Finding.pass(Check.REDIS_DURABILITY, "append-only file, synced before each answer")
          : Finding.warn(
              Check.REDIS_DURABILITY,
              "append-only file, synced before each answer, %s: a failover may lose what the replica had not got yet; %s"
                  .formatted(replicas, COST),
              "after a crash, start the primary again instead of failing over");
    }
    boolean second = "everysec".equals(sync);
    return Finding.warn(
        Check.REDIS_DURABILITY,
        "append-only file, synced %s, %s: a crash may lose the last %s; %s"
            .formatted(
                second ? "every second" : "when the system likes (appendfsync " + sync + ")",
                replicas,
                second ? "second" : "half minute",
                COST),
        "where that matters, set appendfsync to always, or use Amazon MemoryDB");
  }

  private static String replicas(Server server) {
    if (server.replicas() == 0) {
      return "no replica";
    }
    Integer least = server.minReplicas();
    String count = server.replicas() == 1 ? "1 replica" : server.replicas() + " replicas";
    return least == null ? count : "%s (min-replicas-to-write %d)".formatted(count, least);
  }
}
