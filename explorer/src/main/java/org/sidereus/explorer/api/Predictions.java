package org.sidereus.explorer.api;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.sidereus.engine.SidereusException;
import org.sidereus.engine.bundle.Bundle;
import org.sidereus.engine.bundle.Covariate;
import org.sidereus.engine.bundle.Manifest;
import org.sidereus.engine.bundle.Observable;
import org.sidereus.engine.inference.Device;
import org.sidereus.engine.inference.EmulatorEngine;
import org.sidereus.engine.inference.EngineOptions;
import org.sidereus.schemas.ObjectPosterior;
import org.sidereus.schemas.ParameterPosterior;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What the emulators of the bundles predict at the posterior mean of an object. An emulator is
 * opened when the first object of its bundle is asked for. Safe for threads.
 */
public final class Predictions implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Predictions.class);

  private final Installation installation;
  private final Map<Path, Optional<EmulatorEngine>> emulators = new ConcurrentHashMap<>();
  private final JsonNodeFactory nodes = JsonNodeFactory.instance;

  /** Predictions by the bundles that are installed here. */
  public Predictions(Installation installation) {
    this.installation = installation;
  }

  /**
   * Names, units and values of the observables without measurement errors; null: this version of
   * the bundle is not here, it has no emulator, or a covariate of the object is not known.
   *
   * @param observation from which the posterior came; null: not known
   */
  JsonNode of(ObjectPosterior posterior, JsonNode observation) {
    Installation.Installed installed =
        installation.bundle(posterior.getBundle(), posterior.getBundleVersion()).orElse(null);
    if (installed == null) {
      return nodes.nullNode();
    }
    EmulatorEngine engine =
        emulators.computeIfAbsent(installed.folder(), Predictions::open).orElse(null);
    Manifest manifest = installed.manifest();
    if (engine == null || posterior.getParameters().size() != manifest.parameters().size()) {
      return nodes.nullNode();
    }
    float[] covariates = new float[manifest.covariates().size()];
    for (int c = 0; c < covariates.length; c++) {
      Optional<Double> value = measured(observation, manifest.covariates().get(c));
      if (value.isEmpty()) {
        return nodes.nullNode();
      }
      covariates[c] = value.get().floatValue();
    }
    float[] mean = new float[manifest.parameters().size()];
    for (int d = 0; d < mean.length; d++) {
      ParameterPosterior parameter = posterior.getParameters().get(d);
      mean[d] = (float) parameter.getMean();
    }
    float[] values = engine.predict(mean, covariates);
    ArrayNode predicted = nodes.arrayNode();
    for (int m = 0; m < values.length; m++) {
      Observable observable = manifest.observables().get(m);
      predicted
          .addObject()
          .put("name", observable.name())
          .put("unit", observable.unit())
          .put("value", values[m]);
    }
    return predicted;
  }

  private static Optional<Double> measured(JsonNode observation, Covariate covariate) {
    for (JsonNode one : observation.path("measurements")) {
      if (one.path("name").asText().equals(covariate.name()) && one.path("value").isNumber()) {
        return Optional.of(one.path("value").asDouble());
      }
    }
    return Optional.empty();
  }

  private static Optional<EmulatorEngine> open(Path folder) {
    if (!Files.exists(folder.resolve(Manifest.EMULATOR))) {
      return Optional.empty();
    }
    try {
      EngineOptions options = EngineOptions.defaults().withDevice(Device.CPU);
      return Optional.of(EmulatorEngine.open(Bundle.load(folder), options));
    } catch (SidereusException e) {
      LOG.warn("the pages have no predictions of the bundle {}: {}", folder, e.getMessage());
      return Optional.empty();
    }
  }

  @Override
  public void close() {
    emulators.values().forEach(one -> one.ifPresent(EmulatorEngine::close));
  }
}
