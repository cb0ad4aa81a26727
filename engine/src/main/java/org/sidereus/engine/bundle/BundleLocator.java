package org.sidereus.engine.bundle;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/**
 * Finds bundles: by the path of their folder, or by their name in {@code bundles/} of the
 * installation (system property {@value #HOME}, which the launcher sets).
 */
public final class BundleLocator {
  /** System property with the folder of the installation. */
  public static final String HOME = "sidereus.home";

  private final Path bundles;

  /**
   * A locator over one folder.
   *
   * @param bundles folder whose sub-folders are bundles; need not exist
   */
  public BundleLocator(Path bundles) {
    this.bundles = bundles;
  }

  /** The locator over the bundles of this installation. */
  public static BundleLocator ofInstallation() {
    return new BundleLocator(Path.of(System.getProperty(HOME, "."), "bundles"));
  }

  /**
   * The folder of a bundle. A known name is preferred to a folder of the same name in the working
   * directory; write {@code ./name} for the latter.
   *
   * @param nameOrPath name of a known bundle or path of a folder
   * @throws BundleException if there is no such bundle; the message lists the known ones
   */
  public Path locate(String nameOrPath) {
    if (names().contains(nameOrPath)) {
      return bundles.resolve(nameOrPath);
    }
    Path path;
    try {
      path = Path.of(nameOrPath);
    } catch (InvalidPathException e) {
      throw unknown(nameOrPath);
    }
    if (nameOrPath.isBlank() || !Files.isDirectory(path)) {
      throw unknown(nameOrPath);
    }
    return path;
  }

  /** The names of the known bundles, sorted. */
  public List<String> names() {
    if (!Files.isDirectory(bundles)) {
      return List.of();
    }
    try (Stream<Path> folders = Files.list(bundles)) {
      return folders
          .filter(folder -> Files.isRegularFile(folder.resolve(Manifest.FILE)))
          .map(folder -> folder.getFileName().toString())
          .sorted()
          .toList();
    } catch (IOException e) {
      throw new BundleException(bundles + " cannot be read: " + e.getMessage(), e);
    }
  }

  private BundleException unknown(String nameOrPath) {
    List<String> names = names();
    return new BundleException(
        "there is no bundle '"
            + nameOrPath
            + "'; "
            + (names.isEmpty()
                ? bundles + " holds none"
                : "known bundles: " + String.join(", ", names))
            + "; give one of them or the path of a bundle's folder");
  }
}
