package dev.weir.doctor;

import dev.weir.claim.EmbeddedClaimsProbe;
import dev.weir.claim.RedisProbe;
import dev.weir.claim.RedisProbe.Server;
import dev.weir.settings.Settings;
import dev.weir.wiring.Probes;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Whether the claims are kept as exactly-once landing asks of them. */
final class ClaimsChecks {
  private static final long BYTES_PER_CLAIM = 44;
  private static final Duration WORRYING_SKEW = Duration.ofSeconds(1);
  private static final Duration FATAL_SKEW = Duration.ofHours(1);
  private static final Check[] OF_REDIS = {
    Check.REDIS_SERVERS,
    Check.REDIS_VERSION,
    Check.REDIS_EVICTION,
    Check.REDIS_MEMORY,
    Check.REDIS_HASHES,
    Check.REDIS_DURABILITY,
    Check.REDIS_SCRIPT,
    Check.REDIS_CLOCK,
    Check.REDIS_CLAIMS
  };

  private final Examination examination;
  private final Settings settings;
  private final Clock clock;
  private volatile @Nullable RedisProbe redis;
  private volatile @Nullable IOException refusal;
  private volatile List<Server> servers = List.of();
  private volatile Known<Claims> claims = Known.nothing();

  /**
   * Claims that are there.
   *
   * @param epoch their identity
   * @param isUsed whether anything was ever claimed
   */
  record Claims(String epoch, boolean isUsed) {}

  ClaimsChecks(Examination examination, Settings settings, Clock clock) {
    this.examination = examination;
    this.settings = settings;
    this.clock = clock;
  }

  /** Checks the claims, and tells which they are. */
  Known<Claims> run() {
    if (!settings.claims().isInRedis()) {
      folder();
      return claims;
    }
    try {
      redis();
    } finally {
      RedisProbe opened = redis;
      if (opened != null) {
        opened.close();
      }
    }
    return claims;
  }

  private void folder() {
    if (examination.check(Check.CLAIMS_FOLDER, Examination.SHORT, this::claimsFolder)) {
      examination.check(Check.CLAIMS_LOCK, Examination.SHORT, this::claimsLock);
    } else {
      examination.skip("there is no folder for the claims", Check.CLAIMS_LOCK);
    }
  }

  private Finding claimsFolder() throws IOException {
    Path folder = Probes.claimsFolder(settings);
    if (!settings.lake().isInS3() && isAmongData(Probes.lakeFolder(settings), folder)) {
      return Finding.fail(
          Check.CLAIMS_FOLDER,
          folder + " is where readers of the lake look for its tables",
          "choose a folder outside of the lake, or one in its _weir/ (--claims)");
    }
    Path existing = MachineChecks.existing(folder);
    if (!Files.isDirectory(existing) || !Files.isWritable(existing)) {
      return Finding.fail(
          Check.CLAIMS_FOLDER,
          existing + " is no folder that can be written",
          "allow it, or choose another (--claims)");
    }
    EmbeddedClaimsProbe found = Probes.claims(settings);
    claims = Known.of(found.epoch().map(epoch -> new Claims(epoch, found.bytes() > 0)));
    return Finding.pass(
        Check.CLAIMS_FOLDER,
        found.exists()
            ? "%s of claims in %s".formatted(Bytes.text(found.bytes()), folder)
            : "none yet; the first run makes them in " + folder);
  }

  private static boolean isAmongData(Path lake, Path folder) {
    return folder.startsWith(lake)
        && (!folder.startsWith(lake.resolve("_weir"))
            || folder.getNameCount() - lake.getNameCount() < 2);
  }

  private Finding claimsLock() throws IOException {
    String holder = Probes.claims(settings).holder();
    return holder == null
        ? Finding.pass(Check.CLAIMS_LOCK, "no run holds them")
        : Finding.warn(
            Check.CLAIMS_LOCK,
            "a run holds them" + (holder.isEmpty() ? "" : " (process " + holder + ")"),
            "wait until it ends before you start another, or keep claims in Redis, which many"
                + " share");
  }

  private void redis() {
    boolean reached = examination.check(Check.REDIS_REACH, Examination.SHORT, this::reach);
    IOException refused = refusal;
    if (!reached) {
      examination.skip("no server answers", Check.REDIS_LOGIN);
      examination.skip("no server answers", OF_REDIS);
    } else if (refused != null) {
      refused(refused);
    } else {
      examination.found(Finding.pass(Check.REDIS_LOGIN, login()));
      look(Objects.requireNonNull(redis));
    }
  }

  private Finding reach() throws IOException {
    try {
      redis = Probes.redis(settings, clock);
    } catch (IOException e) {
      RedisProbe.Obstacle obstacle = RedisProbe.obstacle(e);
      if (obstacle != RedisProbe.Obstacle.LOGIN && obstacle != RedisProbe.Obstacle.PERMISSION) {
        throw e;
      }
      refusal = e;
    }
    boolean encrypted = settings.claims().path().startsWith("rediss://");
    return Finding.pass(
        Check.REDIS_REACH,
        "%s answers, %s TLS".formatted(settings.claims().path(), encrypted ? "with" : "without"));
  }

  private void refused(IOException refused) {
    if (RedisProbe.obstacle(refused) == RedisProbe.Obstacle.LOGIN) {
      examination.found(
          Finding.fail(
              Check.REDIS_LOGIN,
              Examination.message(refused),
              settings.redis().passwordFrom() == null
                  ? "set redis.user and redis.password as the server has them"
                  : "set redis.user as the server has it, and redis.password_from to a secret with"
                      + " that user's password that this process may read"));
      examination.skip("the server does not let the user in", OF_REDIS);
      return;
    }
    examination.found(Finding.pass(Check.REDIS_LOGIN, login()));
    for (Check check : OF_REDIS) {
      if (check == Check.REDIS_SCRIPT) {
        examination.found(permissions(refused));
      } else {
        examination.skip("the user may not look", check);
      }
    }
  }

  private String login() {
    String user = settings.redis().user();
    return settings.redis().hasPassword()
        ? "as " + (user == null ? "the default user" : user)
        : "without a password";
  }

  private void look(RedisProbe probe) {
    if (examination.check(Check.REDIS_SERVERS, Examination.SHORT, () -> servers(probe))) {
      each(Check.REDIS_VERSION, ClaimsChecks::version);
      each(Check.REDIS_EVICTION, ClaimsChecks::eviction);
      examination.found(memory());
      each(Check.REDIS_HASHES, ClaimsChecks::hashes);
      each(Check.REDIS_DURABILITY, Durability::of);
      examination.check(Check.REDIS_SCRIPT, Examination.SHORT, () -> script(probe));
      each(Check.REDIS_CLOCK, ClaimsChecks::clocks);
      examination.check(Check.REDIS_CLAIMS, Examination.SHORT, () -> claims(probe));
    } else {
      for (Check check : OF_REDIS) {
        if (check != Check.REDIS_SERVERS) {
          examination.skip("the servers could not be looked at", check);
        }
      }
    }
  }

  private Finding servers(RedisProbe probe) throws IOException {
    servers = probe.servers();
    for (Server server : servers) {
      if (server.isReplica()) {
        return Finding.fail(
            Check.REDIS_SERVERS,
            server.address() + " is a replica, which takes no writes",
            "give the address of the primary (--claims)");
      }
    }
    return Finding.pass(
        Check.REDIS_SERVERS,
        probe.isCluster()
            ? "a cluster of %d: %s"
                .formatted(
                    servers.size(),
                    servers.stream().map(Server::address).collect(Collectors.joining(", ")))
            : "one server, with %d replicas".formatted(servers.get(0).replicas()));
  }

  /** Reports the worst that there is to say of any server. */
  private void each(Check check, Function<Server, Finding> body) {
    Finding worst = null;
    for (Server server : servers) {
      Finding finding = body.apply(server);
      if (worst == null || finding.verdict().compareTo(worst.verdict()) > 0) {
        String whose = servers.size() == 1 ? "" : server.address() + ": ";
        worst = new Finding(check, finding.verdict(), whose + finding.found(), finding.advice());
      }
    }
    examination.found(Objects.requireNonNull(worst, "a server"));
  }

  private static Finding version(Server server) {
    String found = server.software() + " " + server.version();
    String[] parts = server.version().split("\\.", -1);
    int major = number(parts[0]);
    int minor = parts.length > 1 ? number(parts[1]) : 0;
    return major > 6 || major == 6 && minor >= 2
        ? Finding.pass(Check.REDIS_VERSION, found)
        : Finding.fail(Check.REDIS_VERSION, found, "use Redis 6.2 or newer, or Valkey");
  }

  private static Finding eviction(Server server) {
    String policy = server.maxmemoryPolicy();
    if (policy == null) {
      return Finding.warn(
          Check.REDIS_EVICTION,
          "the server does not tell what it does when its memory is full",
          "make sure that maxmemory-policy is noeviction");
    }
    return policy.equals("noeviction")
        ? Finding.pass(Check.REDIS_EVICTION, policy)
        : Finding.fail(
            Check.REDIS_EVICTION,
            policy + ": the server may forget claims, and events would land twice",
            "set maxmemory-policy to noeviction (CONFIG SET maxmemory-policy noeviction, or the"
                + " parameter group of a managed service)");
  }

  private Finding memory() {
    long needed = settings.redis().expectedClaims() * BYTES_PER_CLAIM;
    boolean bounded = servers.stream().allMatch(server -> server.maxmemoryBytes() > 0);
    long there =
        servers.stream()
            .mapToLong(
                server ->
                    server.maxmemoryBytes() > 0 ? server.maxmemoryBytes() : server.systemBytes())
            .sum();
    String found =
        "%s for %,d claims; %s"
            .formatted(
                Bytes.text(needed),
                settings.redis().expectedClaims(),
                bounded
                    ? "maxmemory is " + Bytes.text(there)
                    : there > 0
                        ? "no maxmemory, on machines with " + Bytes.text(there)
                        : "the servers do not tell how much they have");
    return there == 0 || needed <= there
        ? Finding.pass(Check.REDIS_MEMORY, found)
        : Finding.warn(
            Check.REDIS_MEMORY,
            found,
            "give the servers more memory, expect fewer claims (redis.expected_claims) or keep them"
                + " for less time (claims.window); when it is full, runs stop");
  }

  private static Finding hashes(Server server) {
    Integer entries = server.listpackEntries();
    if (entries == null) {
      return Finding.pass(Check.REDIS_HASHES, "the server does not tell; the default is enough");
    }
    return entries >= RedisProbe.LISTPACK_ENTRIES
        ? Finding.pass(Check.REDIS_HASHES, "up to %d entries".formatted(entries))
        : Finding.warn(
            Check.REDIS_HASHES,
            "only %d entries: claims take three times the memory".formatted(entries),
            "set hash-max-listpack-entries to 512");
  }

  private static Finding clocks(Server server) {
    Duration skew = server.clockSkew();
    String found = Clocks.text("the server", skew);
    if (skew.abs().compareTo(WORRYING_SKEW) <= 0) {
      return Finding.pass(Check.REDIS_CLOCK, found);
    }
    return skew.abs().compareTo(FATAL_SKEW) <= 0
        ? Finding.warn(Check.REDIS_CLOCK, found, Clocks.ADVICE)
        : Finding.fail(Check.REDIS_CLOCK, found, Clocks.ADVICE);
  }

  private static Finding script(RedisProbe probe) {
    try {
      probe.tryScript();
      return Finding.pass(Check.REDIS_SCRIPT, "the script ran, and its keys were removed");
    } catch (IOException e) {
      return permissions(e);
    }
  }

  private static Finding permissions(IOException failure) {
    return Finding.fail(Check.REDIS_SCRIPT, Examination.message(failure), "");
  }

  private Finding claims(RedisProbe probe) throws IOException {
    Optional<String> epoch = probe.epoch();
    boolean used = probe.isUsed();
    claims = Known.of(epoch.map(id -> new Claims(id, used)));
    String name = settings.redis().name();
    return Finding.pass(
        Check.REDIS_CLAIMS,
        epoch.isEmpty()
            ? "none yet by the name %s; the first run makes them".formatted(name)
            : "the claims \"%s\" are whole and %s".formatted(name, used ? "in use" : "empty"));
  }

  private static int number(String text) {
    try {
      return Integer.parseInt(text);
    } catch (NumberFormatException e) {
      return 0;
    }
  }
}
