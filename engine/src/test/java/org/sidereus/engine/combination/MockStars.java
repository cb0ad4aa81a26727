package org.sidereus.engine.combination;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.sidereus.engine.bundle.Bundle;
import org.sidereus.engine.bundle.BundleLocator;
import org.sidereus.engine.bundle.Manifest;
import org.sidereus.engine.inference.EmulatorEngine;
import org.sidereus.engine.inference.EngineOptions;
import org.sidereus.engine.inference.FeatureEncoder;
import org.sidereus.engine.inference.Measurement;
import org.sidereus.engine.inference.ObjectSummary;
import org.sidereus.engine.inference.PosteriorEngine;

/** Stars of the emulator of a shipped bundle, and their posteriors. */
final class MockStars implements AutoCloseable {
  private final Manifest manifest;
  private final PosteriorEngine engine;
  private final EmulatorEngine emulator;
  private final FeatureEncoder encoder;

  private MockStars(Bundle bundle) {
    manifest = bundle.manifest();
    engine = PosteriorEngine.open(bundle, EngineOptions.defaults());
    emulator = EmulatorEngine.open(bundle, EngineOptions.defaults());
    encoder = new FeatureEncoder(manifest);
  }

  static MockStars of(String bundle) {
    return new MockStars(Bundle.load(BundleLocator.ofInstallation().locate(bundle)));
  }

  Manifest manifest() {
    return manifest;
  }

  /** Shared parameters from the prior. */
  double[] galaxy(SplittableRandom random) {
    return manifest.sharedParameters().stream()
        .mapToDouble(parameter -> parameter.prior().sample(random))
        .toArray();
  }

  /** What would be measured of stars of a galaxy. */
  List<Map<String, Measurement>> draw(
      double[] shared, int count, double error, SplittableRandom random) {
    int[] indices = manifest.sharedIndices();
    List<float[]> stars = new ArrayList<>();
    for (int s = 0; s < count; s++) {
      float[] theta = new float[manifest.parameters().size()];
      for (int p = 0; p < theta.length; p++) {
        theta[p] = (float) manifest.parameters().get(p).prior().sample(random);
      }
      for (int i = 0; i < indices.length; i++) {
        theta[indices[i]] = (float) shared[i];
      }
      stars.add(theta);
    }
    return measure(stars, error, random);
  }

  /** What would be measured of stars with the parameters [D] each. */
  List<Map<String, Measurement>> measure(
      List<float[]> stars, double error, SplittableRandom random) {
    List<Map<String, Measurement>> measured = new ArrayList<>();
    for (float[] theta : stars) {
      float[] predicted = emulator.predict(theta);
      Map<String, Measurement> star = new HashMap<>();
      for (int o = 0; o < predicted.length; o++) {
        double value = predicted[o] + error * random.nextGaussian();
        star.put(manifest.observables().get(o).name(), Measurement.of(value, error));
      }
      measured.add(star);
    }
    return measured;
  }

  List<ObjectSummary> infer(List<Map<String, Measurement>> stars) {
    return engine.infer(stars.stream().map(encoder::features).toList());
  }

  static GroupSummary combine(Combiner combiner, List<ObjectSummary> objects) {
    GroupState state = GroupState.empty(combiner.length());
    for (ObjectSummary object : objects) {
      state = state.plus(combiner.contribution(object));
    }
    return combiner.combine(state);
  }

  @Override
  public void close() {
    engine.close();
    emulator.close();
  }
}
