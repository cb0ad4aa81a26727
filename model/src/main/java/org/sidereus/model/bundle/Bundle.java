package org.sidereus.model.bundle;

import java.nio.file.Path;

/**
 * A bundle on disk whose manifest, file sizes, hashes and graph signatures have been checked.
 * Immutable.
 */
public final class Bundle {
  private final Path directory;
  private final Manifest manifest;

  private Bundle(Path directory, Manifest manifest) {
    this.directory = directory;
    this.manifest = manifest;
  }

  /**
   * Loads and checks a bundle.
   *
   * @param directory folder with {@code manifest.json}
   * @throws BundleException if the bundle does not fit: what is wrong, where, and what to do
   */
  public static Bundle load(Path directory) {
    return new Bundle(directory, Manifest.read(directory.resolve(Manifest.FILE)));
  }

  public Path directory() {
    return directory;
  }

  public Manifest manifest() {
    return manifest;
  }
}
