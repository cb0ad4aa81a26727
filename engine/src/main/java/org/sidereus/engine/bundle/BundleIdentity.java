package org.sidereus.engine.bundle;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import org.sidereus.engine.SidereusException;

/**
 * Which bundle made a posterior; files of posteriors and the log carry it.
 *
 * @param name name of the bundle
 * @param version its version
 * @param sha256 SHA-256 of its manifest, which has the hashes of all its other files
 */
public record BundleIdentity(String name, String version, String sha256) {

  /**
   * The identity of a bundle on disk.
   *
   * @throws SidereusException if its manifest cannot be read
   */
  public static BundleIdentity of(Bundle bundle) {
    return of(bundle.directory(), bundle.manifest());
  }

  /**
   * The identity of a bundle whose manifest is read.
   *
   * @throws SidereusException if the manifest cannot be read again
   */
  public static BundleIdentity of(Path directory, Manifest manifest) {
    Path file = directory.resolve(Manifest.FILE);
    try {
      byte[] digest = MessageDigest.getInstance("SHA-256").digest(Files.readAllBytes(file));
      return new BundleIdentity(
          manifest.name(), manifest.version(), HexFormat.of().formatHex(digest));
    } catch (IOException e) {
      throw new SidereusException(
          "%s cannot be read: %s; check the bundle".formatted(file, SidereusException.reason(e)),
          e);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }
}
