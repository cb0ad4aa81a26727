package org.sidereus.explorer.api;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.sidereus.engine.SidereusException;
import org.sidereus.engine.bundle.BundleIdentity;
import org.sidereus.engine.bundle.BundleLocator;
import org.sidereus.engine.bundle.Manifest;
import org.sidereus.streams.config.ServiceConfig;

/**
 * What the explorer knows besides the topics.
 *
 * @param config of the service whose topics it shows
 * @param bundles of the configuration that are installed here, those that retire last
 * @param absent names of its bundles that are not
 * @param truths true value by group and parameter, where known
 */
public record Installation(
    ServiceConfig config,
    List<Installed> bundles,
    List<String> absent,
    Map<String, Map<String, Double>> truths) {

  /**
   * A bundle that is installed here.
   *
   * @param digest SHA-256 of its manifest, which has those of its files
   */
  record Installed(Manifest manifest, Path folder, String digest) {}

  /** An installation with the bundles of the configuration that are here. */
  public static Installation of(ServiceConfig config, Map<String, Map<String, Double>> truths) {
    List<Installed> bundles = new ArrayList<>();
    List<String> absent = new ArrayList<>();
    List<String> names = new ArrayList<>(config.bundles());
    names.addAll(config.retiredBundles());
    for (String name : names) {
      try {
        Path folder = BundleLocator.ofInstallation().locate(name);
        Manifest manifest = Manifest.read(folder.resolve(Manifest.FILE));
        bundles.add(new Installed(manifest, folder, BundleIdentity.of(folder, manifest).sha256()));
      } catch (SidereusException e) {
        // the pages lack the priors of a bundle that is installed with the service only
        absent.add(name);
      }
    }
    return new Installation(config, List.copyOf(bundles), List.copyOf(absent), Map.copyOf(truths));
  }

  /** A bundle in the version of a posterior; another version may have other parameters. */
  Optional<Installed> bundle(String name, String version) {
    return bundles.stream()
        .filter(one -> one.manifest().name().equals(name))
        .filter(one -> one.manifest().version().equals(version))
        .findFirst();
  }
}
