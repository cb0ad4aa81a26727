package org.sidereus.networks;

import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import com.fasterxml.jackson.annotation.JsonTypeName;
import java.nio.file.Path;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The shape of a conditional masked autoregressive flow: p(theta | x) of D parameters given F
 * features. The base distribution is the standard normal; {@code log_prob} is a density in physical
 * units.
 *
 * @param parameterScaling from theta to z_0, length D
 * @param featureScaling of the features, length F
 * @param embedding network from scaled features to the context, or null: the context is the scaled
 *     features
 * @param transforms in the density direction: the first acts on z_0
 * @param featureLimit scaled features are clamped to [-limit, limit]; null: {@link
 *     FlowLimits#SCALED_FEATURE}
 */
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "kind")
@JsonTypeName("masked-autoregressive-flow")
public record FlowSpec(
    List<ParameterScaling> parameterScaling,
    List<Standardisation> featureScaling,
    @Nullable EmbeddingSpec embedding,
    List<TransformSpec> transforms,
    @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable Double featureLimit) {

  /** A flow with the usual limit of its features. */
  public FlowSpec(
      List<ParameterScaling> parameterScaling,
      List<Standardisation> featureScaling,
      @Nullable EmbeddingSpec embedding,
      List<TransformSpec> transforms) {
    this(parameterScaling, featureScaling, embedding, transforms, null);
  }

  /** Checks that all parts fit together. */
  public FlowSpec {
    parameterScaling = Checks.nonEmpty("parameter_scaling", parameterScaling);
    featureScaling = Checks.nonEmpty("feature_scaling", featureScaling);
    transforms = Checks.nonEmpty("transforms", transforms);
    if (featureLimit != null) {
      Checks.positive("feature_limit", featureLimit);
    }
    for (int t = 0; t < transforms.size(); t++) {
      int dimensions = transforms.get(t).dimensions();
      if (dimensions != parameterScaling.size()) {
        throw new IllegalArgumentException(
            "transforms[%d].order has %d dimensions but parameter_scaling has %d"
                .formatted(t, dimensions, parameterScaling.size()));
      }
    }
  }

  /** D: number of parameters. */
  @JsonIgnore
  public int dimensions() {
    return parameterScaling.size();
  }

  /** F: number of features. */
  @JsonIgnore
  public int features() {
    return featureScaling.size();
  }

  /** Scaled features are clamped to [-limit, limit]. */
  public double scaledFeatureLimit() {
    return featureLimit == null ? FlowLimits.SCALED_FEATURE : featureLimit;
  }

  /** C: width of the context. */
  @JsonIgnore
  public int contextWidth() {
    return embedding == null ? features() : embedding.outputs();
  }

  /** Whether every transform takes the given dimensions before all others. */
  public boolean takesFirst(Collection<Integer> some) {
    return transforms.stream()
        .allMatch(transform -> some.containsAll(transform.order().subList(0, some.size())));
  }

  /** Name and shape of every tensor of the weights, in the order of evaluation. */
  public Map<String, List<Integer>> tensorShapes() {
    Map<String, List<Integer>> shapes = new LinkedHashMap<>();
    if (embedding != null) {
      int in = features();
      for (int l = 0; l < embedding.hidden().size(); l++) {
        int out = embedding.hidden().get(l);
        shapes.put("embedding." + l + ".weight", List.of(out, in));
        shapes.put("embedding." + l + ".bias", List.of(out));
        in = out;
      }
    }
    for (int t = 0; t < transforms.size(); t++) {
      TransformSpec transform = transforms.get(t);
      String name = "transforms." + t + ".";
      int in = dimensions();
      for (int l = 0; l < transform.hiddenLayers(); l++) {
        int out = transform.width(l);
        shapes.put(name + "layers." + l + ".weight", List.of(out, in));
        shapes.put(name + "layers." + l + ".bias", List.of(out));
        if (l == 0) {
          shapes.put(name + "context.weight", List.of(out, contextWidth()));
        }
        in = out;
      }
      int rows = transform.outputsPerDimension() * dimensions();
      shapes.put(name + "output.weight", List.of(rows, in));
      shapes.put(name + "output.context.weight", List.of(rows, contextWidth()));
      shapes.put(name + "output.bias", List.of(rows));
    }
    return shapes;
  }

  /**
   * Reads {@code flow.json}.
   *
   * @throws org.sidereus.engine.SidereusException where the file cannot be read or does not fit
   */
  public static FlowSpec read(Path file) {
    return new NetworkJson().read(file, FlowSpec.class);
  }

  /** Writes {@code flow.json}; the same spec gives the same bytes. */
  public void write(Path file) {
    new NetworkJson().write(file, this);
  }
}
