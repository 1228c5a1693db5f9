package dev.weir.claim;

import java.time.Duration;

/**
 * A server that holds claims, as it was when the store was opened.
 *
 * @param address host and port
 * @param software {@code redis} or {@code valkey}
 * @param version its version
 * @param maxmemoryPolicy what it does when its memory is full; empty if it does not tell
 * @param appendOnly whether it logs every write to disk before a restart could lose it
 * @param replicas how many replicas are connected to it
 * @param clockSkew its clock minus this process's clock, to the second
 */
public record RedisServer(
    String address,
    String software,
    String version,
    String maxmemoryPolicy,
    boolean appendOnly,
    int replicas,
    Duration clockSkew) {}
