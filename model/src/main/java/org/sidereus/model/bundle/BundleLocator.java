package org.sidereus.model.bundle;

import java.nio.file.Path;
import java.util.List;

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
   * The folder of a bundle.
   *
   * @param nameOrPath name of a known bundle or path of a folder
   * @throws BundleException if there is no such bundle; the message lists the known ones
   */
  public Path locate(String nameOrPath) {
    throw new UnsupportedOperationException();
  }

  /** The names of the known bundles, sorted. */
  public List<String> names() {
    throw new UnsupportedOperationException();
  }
}
