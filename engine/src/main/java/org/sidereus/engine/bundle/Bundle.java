package org.sidereus.engine.bundle;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

/**
 * A bundle on disk whose manifest, file sizes, hashes and graph signatures have been checked.
 * Immutable and safe for threads.
 */
public final class Bundle {
  private static final List<String> NEEDED_GRAPHS = List.of(Manifest.POSTERIOR, Manifest.EMULATOR);

  /** No bundle that fits the memory of one machine comes near these. */
  private static final long LARGEST_GRAPH_BYTES = 1L << 30;

  private static final long LARGEST_FILE_BYTES = 4L << 30;
  private static final int CHUNK_BYTES = 1 << 16;

  private final Path directory;
  private final Manifest manifest;

  private Bundle(Path directory, Manifest manifest) {
    this.directory = directory;
    this.manifest = manifest;
  }

  /**
   * Loads and checks a bundle: every file that the manifest lists is there with its size and hash,
   * no other file is there (but hidden ones), none is a symbolic link, and the graphs keep to
   * {@link GraphRules} and have the inputs and outputs of {@link GraphContract}. Every bundle has a
   * posterior graph and an emulator graph; a density graph is checked where there is one.
   *
   * @param directory folder with {@code manifest.json}
   * @throws BundleException if the bundle does not fit: what is wrong, where, and what to do
   */
  public static Bundle load(Path directory) {
    Bundle bundle = new Bundle(directory, Manifest.read(directory.resolve(Manifest.FILE)));
    refuseLinks(directory);
    Map<String, GraphSignature> signatures = GraphContract.signatures(bundle.manifest);
    bundle.checkFiles(signatures.keySet());
    signatures.forEach(
        (graph, signature) ->
            signature.check(bundle.read(graph), directory.resolve(graph).toString()));
    return bundle;
  }

  /**
   * A link could show another file to each reader, or one that the user of the process may read.
   */
  private static void refuseLinks(Path directory) {
    try (Stream<Path> found = Files.walk(directory)) {
      found
          .filter(path -> !path.equals(directory) && Files.isSymbolicLink(path))
          .findFirst()
          .ifPresent(
              link -> {
                throw new BundleException(
                    link + " is a symbolic link; put the file itself into the bundle");
              });
    } catch (IOException | UncheckedIOException e) {
      throw unreadable(directory, e);
    }
  }

  public Path directory() {
    return directory;
  }

  public Manifest manifest() {
    return manifest;
  }

  /**
   * The bytes of a file, checked against its hash again, so that a graph that was exchanged after
   * {@link #load} is never evaluated.
   *
   * @param file path as in the manifest
   * @throws BundleException if the file is not listed, cannot be read or has changed
   */
  public byte[] read(String file) {
    FileEntry entry = manifest.files().get(file);
    if (entry == null) {
      throw new BundleException(
          directory.resolve(Manifest.FILE)
              + " lists no file "
              + file
              + "; export the bundle again");
    }
    Path path = directory.resolve(file);
    checkSize(path, entry, LARGEST_GRAPH_BYTES);
    byte[] bytes;
    try (InputStream in = Files.newInputStream(path, LinkOption.NOFOLLOW_LINKS)) {
      bytes = in.readNBytes((int) entry.bytes());
    } catch (IOException e) {
      throw unreadable(path, e);
    }
    checkHash(path, entry, sha256().digest(bytes));
    return bytes;
  }

  /** Checks all files but the graphs, which are hashed when their signatures are checked. */
  private void checkFiles(Set<String> graphs) {
    for (String graph : NEEDED_GRAPHS) {
      if (!manifest.files().containsKey(graph)) {
        throw new BundleException(
            directory.resolve(Manifest.FILE)
                + " lists no file "
                + graph
                + " but every bundle has one; export the bundle again");
      }
    }
    manifest
        .files()
        .forEach(
            (file, entry) -> {
              Path path = directory.resolve(file);
              if (!graphs.contains(file)) {
                checkSize(path, entry, LARGEST_FILE_BYTES);
                checkHash(path, entry, hash(path));
              }
            });
    try (Stream<Path> found = Files.walk(directory)) {
      found.filter(Files::isRegularFile).forEach(this::checkListed);
    } catch (IOException | UncheckedIOException e) {
      throw unreadable(directory, e);
    }
  }

  private void checkListed(Path path) {
    Path relative = directory.relativize(path);
    String file = relative.toString().replace('\\', '/');
    for (Path part : relative) {
      if (part.toString().startsWith(".")) {
        return;
      }
    }
    if (!file.equals(Manifest.FILE) && !manifest.files().containsKey(file)) {
      throw new BundleException(
          path + " is not listed in the bundle's manifest; remove it or list it with its sha256");
    }
  }

  private static void checkSize(Path path, FileEntry entry, long largest) {
    if (!Files.isRegularFile(path, LinkOption.NOFOLLOW_LINKS)) {
      throw new BundleException(
          path + " is missing although the manifest lists it; copy or export the bundle again");
    }
    long bytes;
    try {
      bytes = Files.size(path);
    } catch (IOException e) {
      throw unreadable(path, e);
    }
    if (bytes != entry.bytes()) {
      throw new BundleException(
          path
              + " has "
              + bytes
              + " bytes but the manifest says "
              + entry.bytes()
              + "; copy or export the bundle again");
    }
    if (bytes > largest) {
      throw new BundleException(
          path + " has " + bytes + " bytes but at most " + largest + " are allowed");
    }
  }

  private static void checkHash(Path path, FileEntry entry, byte[] digest) {
    String sha256 = HexFormat.of().formatHex(digest);
    if (!sha256.equals(entry.sha256())) {
      throw new BundleException(
          path
              + " has the sha256 "
              + sha256
              + " but the manifest says "
              + entry.sha256()
              + "; copy or export the bundle again");
    }
  }

  static byte[] hash(Path path) {
    MessageDigest digest = sha256();
    byte[] chunk = new byte[CHUNK_BYTES];
    try (InputStream in = Files.newInputStream(path)) {
      for (int n = in.read(chunk); n >= 0; n = in.read(chunk)) {
        digest.update(chunk, 0, n);
      }
    } catch (IOException e) {
      throw unreadable(path, e);
    }
    return digest.digest();
  }

  private static BundleException unreadable(Path path, Exception cause) {
    return new BundleException(path + " cannot be read: " + cause.getMessage(), cause);
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }
}
