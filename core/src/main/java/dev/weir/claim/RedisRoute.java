package dev.weir.claim;

import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocketFactory;
import javax.net.ssl.TrustManagerFactory;
import redis.clients.jedis.ClientSetInfoConfig;
import redis.clients.jedis.Connection;
import redis.clients.jedis.ConnectionPool;
import redis.clients.jedis.ConnectionPoolConfig;
import redis.clients.jedis.DefaultJedisClientConfig;
import redis.clients.jedis.DefaultRedisCredentials;
import redis.clients.jedis.HostAndPort;
import redis.clients.jedis.JedisClientConfig;
import redis.clients.jedis.exceptions.JedisConnectionException;
import redis.clients.jedis.providers.ClusterConnectionProvider;

/**
 * Which server holds a slot, and pooled connections to it. The methods throw Jedis's exceptions;
 * {@link RedisNodes} decides what they mean.
 *
 * <p>Safe for use by several threads.
 */
sealed interface RedisRoute extends AutoCloseable {
  /** The server that holds a slot. */
  HostAndPort nodeOf(int slot);

  /** The servers that hold data, without their replicas. */
  List<HostAndPort> primaries();

  /** A connection that the caller must close. */
  Connection connection(HostAndPort node);

  /** Drops idle connections to a server: they may lead to one that is gone. */
  void forgetIdle(HostAndPort node);

  /** Asks the servers again who holds what. */
  void renew();

  @Override
  void close();

  /** A route to one server. */
  static RedisRoute toOne(RedisOptions options) throws IOException {
    HostAndPort node = address(options.servers().get(0));
    return new One(
        node, new ConnectionPool(node, clientConfig(options), connectionPoolConfig(options)));
  }

  /** A route to all servers of the cluster that the given ones belong to. */
  static RedisRoute toCluster(RedisOptions options) throws IOException {
    Set<HostAndPort> seeds =
        options.servers().stream().map(RedisRoute::address).collect(Collectors.toSet());
    return new Cluster(
        new ClusterConnectionProvider(seeds, clientConfig(options), connectionPoolConfig(options)));
  }

  /** The host and port of a server's URI; the port is 6379 if it names none. */
  static HostAndPort address(URI server) {
    return new HostAndPort(server.getHost(), server.getPort() < 0 ? 6379 : server.getPort());
  }

  private static ConnectionPoolConfig connectionPoolConfig(RedisOptions options) {
    ConnectionPoolConfig pool = new ConnectionPoolConfig();
    pool.setMaxTotal(options.connections());
    pool.setMaxIdle(options.connections());
    pool.setMaxWait(options.answerTimeout().plus(options.connectTimeout()));
    pool.setJmxEnabled(false);
    return pool;
  }

  private static JedisClientConfig clientConfig(RedisOptions options) throws IOException {
    DefaultJedisClientConfig.Builder config =
        DefaultJedisClientConfig.builder()
            .resp2()
            .connectionTimeoutMillis((int) options.connectTimeout().toMillis())
            .socketTimeoutMillis((int) options.answerTimeout().toMillis())
            .clientSetInfoConfig(ClientSetInfoConfig.DISABLED);
    Supplier<String> password = options.password();
    if (password != null) {
      config.credentialsProvider(() -> new DefaultRedisCredentials(options.user(), password.get()));
    }
    if (options.servers().get(0).getScheme().equals("rediss")) {
      SSLParameters checksHostName = new SSLParameters();
      checksHostName.setEndpointIdentificationAlgorithm("HTTPS");
      config.ssl(true).sslParameters(checksHostName);
      Path certificates = options.certificates();
      if (certificates != null) {
        config.sslSocketFactory(trusting(certificates));
      }
    }
    return config.build();
  }

  private static SSLSocketFactory trusting(Path certificates) throws IOException {
    try (InputStream pem = Files.newInputStream(certificates)) {
      KeyStore trusted = KeyStore.getInstance(KeyStore.getDefaultType());
      trusted.load(null, null);
      for (Certificate certificate :
          CertificateFactory.getInstance("X.509").generateCertificates(pem)) {
        trusted.setCertificateEntry("certificate-" + trusted.size(), certificate);
      }
      if (trusted.size() == 0) {
        throw new IOException("no certificate (PEM) in " + certificates);
      }
      TrustManagerFactory trust =
          TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
      trust.init(trusted);
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(null, trust.getTrustManagers(), null);
      return context.getSocketFactory();
    } catch (GeneralSecurityException e) {
      throw new IOException("no usable certificates (PEM) in %s: %s".formatted(certificates, e), e);
    }
  }

  /** One server for everything. */
  record One(HostAndPort node, ConnectionPool pool) implements RedisRoute {
    @Override
    public HostAndPort nodeOf(int slot) {
      return node;
    }

    @Override
    public List<HostAndPort> primaries() {
      return List.of(node);
    }

    @Override
    public Connection connection(HostAndPort to) {
      return pool.getResource();
    }

    @Override
    public void forgetIdle(HostAndPort to) {
      pool.clear();
    }

    @Override
    public void renew() {}

    @Override
    public void close() {
      pool.close();
    }
  }

  /** A cluster; Jedis keeps the map of slots. */
  record Cluster(ClusterConnectionProvider provider) implements RedisRoute {
    @Override
    public HostAndPort nodeOf(int slot) {
      HostAndPort node = provider.getNode(slot);
      if (node == null) {
        throw new JedisConnectionException("no server of the cluster holds slot " + slot);
      }
      return node;
    }

    @Override
    public List<HostAndPort> primaries() {
      return provider.getPrimaryNodes().keySet().stream()
          .map(HostAndPort::from)
          .sorted(Comparator.comparing(HostAndPort::toString))
          .toList();
    }

    @Override
    public Connection connection(HostAndPort node) {
      return provider.getConnection(node);
    }

    @Override
    public void forgetIdle(HostAndPort node) {
      ConnectionPool pool = provider.getNodes().get(node.toString());
      if (pool != null) {
        pool.clear();
      }
    }

    @Override
    public void renew() {
      provider.renewSlotCache();
    }

    @Override
    public void close() {
      provider.close();
    }
  }
}
