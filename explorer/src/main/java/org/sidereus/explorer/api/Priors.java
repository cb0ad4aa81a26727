package org.sidereus.explorer.api;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.sidereus.engine.bundle.LogUniform;
import org.sidereus.engine.bundle.Normal;
import org.sidereus.engine.bundle.Parameter;
import org.sidereus.engine.bundle.Prior;
import org.sidereus.engine.bundle.TruncatedNormal;
import org.sidereus.engine.bundle.Uniform;

/** The priors of a bundle's parameters as JSON. */
final class Priors {
  private final JsonNodeFactory nodes = JsonNodeFactory.instance;

  /**
   * The priors, in the order of the parameters: kind, moments and bounds in the parameters' units,
   * and the density in their inverse. A bound is null where there is none.
   *
   * @param places where the density of a parameter is wanted, in its unit
   */
  ArrayNode of(List<Parameter> parameters, Function<String, double[]> places) {
    ArrayNode all = nodes.arrayNode();
    for (Parameter p : parameters) {
      Prior prior = p.prior();
      ObjectNode node =
          all.addObject()
              .put("name", p.name())
              .put("role", p.role().name())
              .put("kind", kind(prior))
              .put("mean", prior.mean())
              .put("sd", prior.sd())
              .put("lower", bound(prior.lower()))
              .put("upper", bound(prior.upper()));
      ArrayNode at = node.putArray("density_nodes");
      ArrayNode density = node.putArray("density_values");
      for (double place : places.apply(p.name())) {
        at.add(place);
        density.add(Math.exp(prior.logDensity(place)));
      }
    }
    return all;
  }

  private static @Nullable Double bound(double bound) {
    return Double.isInfinite(bound) ? null : (Double) bound;
  }

  private static String kind(Prior prior) {
    if (prior instanceof Normal) {
      return "normal";
    }
    if (prior instanceof TruncatedNormal) {
      return "truncated_normal";
    }
    if (prior instanceof Uniform) {
      return "uniform";
    }
    if (prior instanceof LogUniform) {
      return "log_uniform";
    }
    throw new IllegalArgumentException("a " + prior.getClass().getName() + " has no name here");
  }
}
