package dev.weir.wiring;

import dev.weir.lake.Lake;
import dev.weir.quality.ProfileStore;
import java.io.IOException;
import java.util.Optional;

/** The profiles of fields, in the lake that they are of. */
record LakeProfiles(Lake lake) implements ProfileStore {
  @Override
  public Optional<Stored> latest() throws IOException {
    return lake.latestProfile().map(stored -> new Stored(stored.number(), stored.content()));
  }

  @Override
  public boolean create(int number, byte[] content) throws IOException {
    return lake.createProfile(number, content);
  }
}
