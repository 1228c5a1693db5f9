package dev.weir.e2e;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import org.junit.jupiter.api.Test;

class RedisWireTest {
  @Test
  void commandThatIsNotKnownEndsTheConnectionAndFailsTheTestThatClosesTheWire() throws IOException {
    try (ServerSocket redis = new ServerSocket(0, 5, InetAddress.getByName("127.0.0.1"))) {
      RedisWire wire = new RedisWire(redis.getLocalPort(), new Nobody());
      try (Socket run = new Socket(wire.uri().getHost(), wire.uri().getPort())) {
        run.setSoTimeout(30_000);
        run.getOutputStream().write("*1\r\n$7\r\nFLUSHDB\r\n".getBytes(ISO_8859_1));
        assertEquals(-1, run.getInputStream().read());
      }
      var failure = assertThrows(IllegalStateException.class, wire::close);
      assertEquals("a command that no step is known for: FLUSHDB", failure.getCause().getMessage());
    }
  }

  private static final class Nobody implements Tap {
    @Override
    public boolean before(Step step) {
      return true;
    }

    @Override
    public boolean after(Step step, boolean applied) {
      return true;
    }
  }
}
