package dev.weir.pipeline;

import dev.weir.lake.ObjectStore;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** An object store whose operations a {@link StoreHook} looks on at. */
public record HookedObjectStore(ObjectStore store, StoreHook hook) implements ObjectStore {
  @Override
  public Put putIfAbsent(String key, byte[] content) throws IOException {
    hook.before("put", key);
    Put put = store.putIfAbsent(key, content);
    hook.after("put", key);
    return put;
  }

  @Override
  public Put putIfAbsent(String key, Path file) throws IOException {
    hook.before("put", key);
    Put put = store.putIfAbsent(key, file);
    hook.after("put", key);
    return put;
  }

  @Override
  public Optional<byte[]> read(String key) throws IOException {
    hook.before("read", key);
    Optional<byte[]> content = store.read(key);
    hook.after("read", key);
    return content;
  }

  @Override
  public Path fetch(String key, Path scratch) throws IOException {
    hook.before("fetch", key);
    Path path = store.fetch(key, scratch);
    hook.after("fetch", key);
    return path;
  }

  @Override
  public void discard(Path fetched) throws IOException {
    store.discard(fetched);
  }

  @Override
  public List<String> list(String prefix) throws IOException {
    hook.before("list", prefix);
    return store.list(prefix);
  }
}
