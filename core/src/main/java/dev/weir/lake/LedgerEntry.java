package dev.weir.lake;

import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;

/** The counts that an attempt's plan carries. */
@FunctionalInterface
public interface LedgerEntry {
  /** Writes the entry's members into the plan's open object. */
  void writeTo(JsonGenerator json) throws IOException;
}
