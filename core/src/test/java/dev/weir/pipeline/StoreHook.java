package dev.weir.pipeline;

import java.io.IOException;

/** Looks on at every operation of a store, and may fail it before or after it was applied. */
public interface StoreHook {
  /** Lets everything pass. */
  StoreHook NONE = new StoreHook() {};

  /** Before the operation is applied; what it throws is a lost request. */
  default void before(String operation, String subject) throws IOException {}

  /** After the operation was applied; what it throws is a lost answer. */
  default void after(String operation, String subject) throws IOException {}
}
