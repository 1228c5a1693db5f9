package dev.weir.cli.ledger;

import dev.weir.lake.S3LakeFiles;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/** The ledger of a lake in S3. */
final class S3LedgerFiles implements LedgerFiles {
  private final S3LakeFiles objects;

  S3LedgerFiles(S3LakeFiles objects) {
    this.objects = objects;
  }

  @Override
  public List<String> names(String after) throws IOException {
    return objects.keys(ATTEMPTS, after.isEmpty() ? "" : ATTEMPTS + after).stream()
        .map(key -> key.substring(ATTEMPTS.length()))
        .filter(name -> !name.isEmpty() && !name.contains("/"))
        .toList();
  }

  @Override
  public Optional<byte[]> read(String name) throws IOException {
    return objects.read(ATTEMPTS + name);
  }

  @Override
  public OptionalLong bytes(String key) throws IOException {
    return objects.bytes(key);
  }

  @Override
  public Requests requests() {
    S3LakeFiles.Requests sent = objects.requests();
    return new Requests(sent.lists(), sent.gets(), sent.heads());
  }

  @Override
  public boolean isRemote() {
    return true;
  }

  @Override
  public void close() {
    objects.close();
  }
}
