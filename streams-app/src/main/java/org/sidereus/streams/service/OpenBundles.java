package org.sidereus.streams.service;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;
import org.sidereus.engine.Nearest;
import org.sidereus.engine.SidereusException;
import org.sidereus.engine.bundle.Bundle;
import org.sidereus.engine.bundle.BundleIdentity;
import org.sidereus.engine.bundle.BundleLocator;
import org.sidereus.engine.bundle.Manifest;
import org.sidereus.engine.inference.Device;
import org.sidereus.engine.inference.EngineOptions;
import org.sidereus.engine.inference.Kernels;
import org.sidereus.engine.inference.PosteriorEngine;
import org.sidereus.streams.config.ServiceConfig;
import org.sidereus.streams.topology.CombinedBundle;
import org.sidereus.streams.topology.ServedBundle;

/** The bundles of a service with their engines. All stream threads share them. */
public final class OpenBundles implements AutoCloseable {
  private final List<ServedBundle> served = new ArrayList<>();
  private final List<CombinedBundle> retired = new ArrayList<>();
  private final List<PosteriorEngine> engines = new ArrayList<>();
  private final List<String> descriptions = new ArrayList<>();

  private OpenBundles() {}

  /**
   * Checks and opens the configured bundles, and evaluates each once.
   *
   * @throws SidereusException if a bundle does not fit, or the machine lacks the device
   */
  public static OpenBundles open(ServiceConfig config) {
    return open(config, () -> false);
  }

  /**
   * The same.
   *
   * @param stopping whether the process is to end; then no further bundle is opened
   * @throws SidereusException if a bundle does not fit, the machine lacks the device, or the
   *     process is to end
   */
  public static OpenBundles open(ServiceConfig config, BooleanSupplier stopping) {
    NativeLibraries.prepare(config);
    OpenBundles opened = new OpenBundles();
    try {
      BundleLocator locator = BundleLocator.ofInstallation();
      for (String name : config.bundles()) {
        checkNotStopping(stopping);
        Bundle bundle = Bundle.load(locator.locate(name));
        opened.add(bundle, options(config), config);
        opened.describe(bundle, "");
      }
      for (String name : config.retiredBundles()) {
        Bundle bundle = Bundle.load(locator.locate(name));
        Manifest manifest = bundle.manifest();
        opened.describe(bundle, "retired ");
        opened.retired.add(
            CombinedBundle.of(
                manifest, config.groups().combination(), config.groups().flaggedObjects()));
      }
      opened.checkSurveys(config);
      checkNotStopping(stopping);
      return opened;
    } catch (RuntimeException e) {
      opened.close();
      throw e;
    } catch (LinkageError e) {
      opened.close();
      throw new SidereusException(
          ("ONNX Runtime cannot be loaded (%s); the temporary folder %s must be writable: give the"
               + " Java virtual machine another one by SIDEREUS_JAVA_OPTS=-Djava.io.tmpdir=FOLDER")
              .formatted(rootCause(e), System.getProperty("java.io.tmpdir")),
          e);
    }
  }

  private static String rootCause(Throwable failure) {
    Throwable root = failure;
    while (root.getCause() != null && root.getCause() != root) {
      root = root.getCause();
    }
    return root.toString();
  }

  private static void checkNotStopping(BooleanSupplier stopping) {
    if (stopping.getAsBoolean()) {
      throw new SidereusException("the service was stopped while it started; nothing was changed");
    }
  }

  /** Bundles whose engines belong to the caller, who closes them. */
  public static OpenBundles of(List<ServedBundle> bundles) {
    OpenBundles opened = new OpenBundles();
    opened.served.addAll(bundles);
    return opened;
  }

  private static EngineOptions options(ServiceConfig config) {
    try {
      return EngineOptions.defaults()
          .withDevice(Device.parse(config.engine().device()))
          .withSamples(config.engine().samples())
          .withIntraOpThreads(config.engine().threads())
          .withKernels(Kernels.parse(config.engine().kernels()))
          .withKeptSamples(config.samplesTopic().isPresent() ? config.engine().keptSamples() : 0);
    } catch (IllegalArgumentException e) {
      throw new SidereusException("engine.*: " + e.getMessage(), e);
    }
  }

  private void add(Bundle bundle, EngineOptions options, ServiceConfig config) {
    PosteriorEngine engine = PosteriorEngine.open(bundle, options);
    engines.add(engine);
    // A cold engine could outlast the first transaction.
    engine.warmUp();
    Set<String> surveys = config.bundleSurveys().getOrDefault(bundle.manifest().name(), Set.of());
    served.add(
        ServedBundle.of(
                bundle.manifest(),
                engine::infer,
                config.groups().combination(),
                config.groups().flaggedObjects())
            .forSurveys(surveys));
  }

  private void checkSurveys(ServiceConfig config) {
    List<String> names = served.stream().map(one -> one.manifest().name()).toList();
    for (String name : config.bundleSurveys().keySet()) {
      if (!names.contains(name)) {
        throw new SidereusException(
            "bundles.surveys names the bundle '%s', which is not served; did you mean '%s'?"
                .formatted(name, Nearest.of(name, names)));
      }
    }
  }

  private void describe(Bundle bundle, String kind) {
    BundleIdentity identity = BundleIdentity.of(bundle);
    descriptions.add(
        "%s%s %s (sha-256 of its manifest %s)"
            .formatted(kind, identity.name(), identity.version(), identity.sha256()));
  }

  /** Name, version and digest of each opened bundle, for the log. */
  List<String> descriptions() {
    return List.copyOf(descriptions);
  }

  /** The bundles that infer. */
  public List<ServedBundle> served() {
    return List.copyOf(served);
  }

  /** The bundles that infer no more, but whose groups are still published. */
  public List<CombinedBundle> retired() {
    return List.copyOf(retired);
  }

  /** All bundles whose groups are published. */
  public List<CombinedBundle> combined() {
    return Stream.concat(served.stream().map(ServedBundle::combined), retired.stream()).toList();
  }

  @Override
  public void close() {
    engines.forEach(PosteriorEngine::close);
  }
}
