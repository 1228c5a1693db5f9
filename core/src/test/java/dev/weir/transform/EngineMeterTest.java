package dev.weir.transform;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.concurrent.CompletableFuture;
import org.duckdb.DuckDBConnection;
import org.junit.jupiter.api.Test;

final class EngineMeterTest {
  @Test
  void memoryOfOneConnectionIsToldToAnyThreadUntilItIsClosed() throws SQLException {
    try (DuckDBConnection engine =
            DriverManager.getConnection("jdbc:duckdb:").unwrap(DuckDBConnection.class);
        Statement statement = engine.createStatement()) {
      EngineMeter meter = new EngineMeter(engine);
      long before = meter.memoryBytes();
      statement.execute("CREATE TEMP TABLE t AS SELECT random() AS x FROM range(1000000)");
      long held = CompletableFuture.supplyAsync(meter::memoryBytes).join();
      assertTrue(held - before > 1 << 20, before + " to " + held);

      meter.close();
      assertEquals(0, meter.memoryBytes());
      assertTrue(statement.execute("SELECT count(*) FROM t"), "the engine goes on");
    }
  }
}
