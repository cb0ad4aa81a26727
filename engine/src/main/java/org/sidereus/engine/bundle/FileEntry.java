package org.sidereus.engine.bundle;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.regex.Pattern;

/**
 * The entry of the manifest for one file of the bundle.
 *
 * @param sha256 SHA-256 of its bytes, 64 lower-case hexadecimal digits
 * @param bytes its size in bytes
 */
public record FileEntry(String sha256, long bytes) {
  private static final Pattern SHA256 = Pattern.compile("[0-9a-f]{64}");

  public FileEntry {
    if (sha256 == null || !SHA256.matcher(sha256).matches()) {
      throw new IllegalArgumentException(
          "a sha256 must have 64 lower-case hexadecimal digits, not '" + sha256 + "'");
    }
    if (bytes < 0) {
      throw new IllegalArgumentException("a file cannot have " + bytes + " bytes");
    }
  }

  /**
   * The entry of a file as it lies on disk, for the writer of a manifest.
   *
   * @throws BundleException if the file cannot be read
   */
  public static FileEntry of(Path file) {
    try {
      return new FileEntry(HexFormat.of().formatHex(Bundle.hash(file)), Files.size(file));
    } catch (IOException e) {
      throw new BundleException(file + " cannot be read: " + e.getMessage(), e);
    }
  }
}
