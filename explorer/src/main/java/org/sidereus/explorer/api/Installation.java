package org.sidereus.explorer.api;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import org.sidereus.engine.SidereusException;
import org.sidereus.engine.bundle.BundleLocator;
import org.sidereus.engine.bundle.Manifest;
import org.sidereus.streams.config.ServiceConfig;

/**
 * What the explorer knows besides the topics.
 *
 * @param config of the service whose topics it shows
 * @param manifests of the bundles that are installed here, by name
 * @param folders of these bundles, by name
 * @param truths true value by group and parameter, where known
 */
public record Installation(
    ServiceConfig config,
    Map<String, Manifest> manifests,
    Map<String, Path> folders,
    Map<String, Map<String, Double>> truths) {

  /** An installation with the bundles of the configuration that are here. */
  public static Installation of(ServiceConfig config, Map<String, Map<String, Double>> truths) {
    Map<String, Manifest> manifests = new LinkedHashMap<>();
    Map<String, Path> folders = new LinkedHashMap<>();
    for (String name : config.bundles()) {
      try {
        Path folder = BundleLocator.ofInstallation().locate(name);
        Manifest manifest = Manifest.read(folder.resolve(Manifest.FILE));
        manifests.put(manifest.name(), manifest);
        folders.put(manifest.name(), folder);
      } catch (SidereusException e) {
        // the pages lack the priors of a bundle that is installed with the service only
        continue;
      }
    }
    return new Installation(config, Map.copyOf(manifests), Map.copyOf(folders), Map.copyOf(truths));
  }
}
