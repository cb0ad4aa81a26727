package org.sidereus.engine.combination;

import java.util.ArrayList;
import java.util.List;
import org.sidereus.engine.bundle.Feature;
import org.sidereus.engine.bundle.Manifest;
import org.sidereus.engine.bundle.Normal;
import org.sidereus.engine.bundle.Observable;
import org.sidereus.engine.bundle.Parameter;
import org.sidereus.engine.bundle.Role;

/** Models whose shared parameters have normal priors, for objects with Gaussian likelihoods. */
final class NormalParameters {
  private NormalParameters() {}

  /**
   * A model of the shared parameters {@code p0}, {@code p1}, and so on.
   *
   * @param count number of parameters
   * @param means of the priors, at least as many
   * @param sds of the priors, at least as many
   */
  static Manifest manifest(int count, double[] means, double[] sds) {
    List<Parameter> parameters = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      parameters.add(new Parameter("p" + i, "", Role.SHARED, new Normal(means[i], sds[i])));
    }
    return Manifest.builder()
        .name("normal")
        .version("1")
        .parameters(parameters)
        .observables(List.of(new Observable("count", "", 1.0)))
        .features(List.of(new Feature(Feature.Kind.VALUE, "count")))
        .samples(256)
        .build();
  }
}
