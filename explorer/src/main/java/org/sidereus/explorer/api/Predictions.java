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
  private static final Logger log = LoggerFactory.getLogger(Predictions.class);

  private final Installation installation;
  private final Map<String, Optional<Opened>> emulators = new ConcurrentHashMap<>();
  private final JsonNodeFactory nodes = JsonNodeFactory.instance;

  private record Opened(Manifest manifest, EmulatorEngine engine) {}

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
    Opened opened = emulators.computeIfAbsent(posterior.getBundle(), this::open).orElse(null);
    if (opened == null || !opened.manifest().version().equals(posterior.getBundleVersion())) {
      return nodes.nullNode();
    }
    Manifest manifest = opened.manifest();
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
    float[] values = opened.engine().predict(mean, covariates);
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

  private Optional<Opened> open(String bundle) {
    Path folder = installation.folders().get(bundle);
    if (folder == null || !Files.exists(folder.resolve(Manifest.EMULATOR))) {
      return Optional.empty();
    }
    try {
      Bundle loaded = Bundle.load(folder);
      EngineOptions options = EngineOptions.defaults().withDevice(Device.CPU);
      return Optional.of(new Opened(loaded.manifest(), EmulatorEngine.open(loaded, options)));
    } catch (SidereusException e) {
      log.warn("the pages have no predictions of the bundle {}: {}", bundle, e.getMessage());
      return Optional.empty();
    }
  }

  @Override
  public void close() {
    emulators.values().forEach(one -> one.ifPresent(opened -> opened.engine().close()));
  }
}
