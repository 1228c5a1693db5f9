package dev.weir.local;

import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;

/** A program that starts a server, tells its process id, and does nothing until it is ended. */
final class ServerHolder {
  private ServerHolder() {}

  public static void main(String[] arguments) throws IOException, InterruptedException {
    RedisServer server = RedisServer.start(LocalTools.installed(), Path.of(arguments[0]));
    System.out.println(server.pid());
    new CountDownLatch(1).await();
  }
}
