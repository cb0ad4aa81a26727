package org.sidereus.engine.example;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.sidereus.engine.bundle.Bundle;
import org.sidereus.engine.bundle.BundleLocator;
import org.sidereus.engine.inference.EngineOptions;
import org.sidereus.engine.inference.FeatureEncoder;
import org.sidereus.engine.inference.Measurement;
import org.sidereus.engine.inference.ObjectSummary;
import org.sidereus.engine.inference.PosteriorEngine;

/** Infers the parameters of one star from two measured abundances. */
public final class InferOneStar {
  private InferOneStar() {}

  public static void main(String[] args) {
    Bundle bundle = Bundle.load(BundleLocator.ofInstallation().locate("gce-tng"));
    Map<String, Measurement> star =
        Map.of("Fe_H", Measurement.of(-0.67, 0.05), "Mg_Fe", Measurement.of(0.50, 0.05));
    float[] features = new FeatureEncoder(bundle.manifest()).features(star);
    try (PosteriorEngine engine = PosteriorEngine.open(bundle, EngineOptions.defaults())) {
      ObjectSummary posterior = engine.infer(List.of(features)).get(0);
      String name = bundle.manifest().parameters().get(0).name();
      System.out.printf(
          Locale.ROOT, "%s: %.2f +- %.2f%n", name, posterior.mean()[0], posterior.sd(0));
    }
  }
}
