package org.sidereus.benchmarks;

import org.sidereus.engine.bundle.Bundle;
import org.sidereus.engine.bundle.BundleException;
import org.sidereus.engine.bundle.BundleLocator;
import picocli.CommandLine.Option;

/** The bundle that a benchmark measures. */
public final class BundleOption {
  @Option(
      names = "--bundle",
      defaultValue = "gce-tng",
      paramLabel = "NAME|DIR",
      description = "The bundle that infers (default: gce-tng).")
  private String bundle;

  /**
   * Loads the bundle.
   *
   * @throws BundleException if there is none, or it cannot be used
   */
  public Bundle load() {
    return Bundle.load(BundleLocator.ofInstallation().locate(bundle));
  }
}
