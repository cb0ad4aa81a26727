package org.sidereus.benchmarks.engine;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.sidereus.networks.Activation;
import org.sidereus.networks.EmbeddingSpec;
import org.sidereus.networks.EmulatorNetwork;
import org.sidereus.networks.EmulatorSpec;
import org.sidereus.networks.FlowNetwork;
import org.sidereus.networks.FlowSpec;
import org.sidereus.networks.ParameterScaling;
import org.sidereus.networks.RandomNetworks;
import org.sidereus.networks.Standardisation;
import org.sidereus.networks.TransformSpec;

/**
 * Networks of common sizes with random weights: speed does not depend on what was learned. All but
 * the last are a flow without an emulator, as in other programs. Each transform has two hidden
 * layers, with about equally many units of each degree.
 */
public enum NetworkPreset {
  /** 6 parameters, 8 features, 4 transforms of 2 layers of 8: the size of Buck et al. */
  PAPER(6, 8, 4, 8, 1000, Activation.TANH, 0, List.of()),
  /** 6 parameters, 8 features, 5 transforms of 2 layers of 50: the default of sbi. */
  LARGE(6, 8, 5, 50, 1000, Activation.TANH, 0, List.of()),
  /** 11 parameters, 11 features, 15 transforms of 2 layers of 500. */
  WIDE(11, 11, 15, 500, 256, Activation.TANH, 0, List.of()),
  /**
   * 6 parameters, 27 features in an embedding of 2 layers of 64, 6 transforms of 2 layers of 64, an
   * emulator of 3 layers of 128: the size that is trained unless asked otherwise.
   */
  STANDARD(6, 27, 6, 64, 1024, Activation.SILU, 64, List.of(128, 128, 128));

  private static final long SEED = 20240731;

  /** Another name of {@link #WIDE}, which notes and scripts use. */
  private static final String SED = "sed";

  private final int dimensions;
  private final int features;
  private final int transforms;
  private final int width;
  private final int samples;
  private final Activation activation;
  private final int embedding;
  private final List<Integer> emulator;

  NetworkPreset(
      int dimensions,
      int features,
      int transforms,
      int width,
      int samples,
      Activation activation,
      int embedding,
      List<Integer> emulator) {
    this.dimensions = dimensions;
    this.features = features;
    this.transforms = transforms;
    this.width = width;
    this.samples = samples;
    this.activation = activation;
    this.embedding = embedding;
    this.emulator = emulator;
  }

  /**
   * The preset of a name, in any case.
   *
   * @throws IllegalArgumentException if there is none; the message lists the names
   */
  static NetworkPreset parse(String name) {
    if (name.equalsIgnoreCase(SED)) {
      return WIDE;
    }
    for (NetworkPreset preset : values()) {
      if (preset.name().equalsIgnoreCase(name)) {
        return preset;
      }
    }
    throw new IllegalArgumentException(
        "'" + name + "' is not a preset; there are " + Arrays.toString(values()));
  }

  /** Posterior samples for each object unless asked otherwise. */
  public int samples() {
    return samples;
  }

  /** The activation of its networks unless asked otherwise. */
  public Activation activation() {
    return activation;
  }

  /** A flow of affine transforms of this size; the same one every time. */
  public FlowNetwork flow(Activation withActivation) {
    Random random = new Random(SEED);
    List<List<Integer>> degrees =
        Collections.nCopies(2, RandomNetworks.evenDegrees(width, dimensions));
    List<TransformSpec> layers = new ArrayList<>();
    for (int t = 0; t < transforms; t++) {
      List<Integer> order = new ArrayList<>(IntStream.range(0, dimensions).boxed().toList());
      Collections.shuffle(order, random);
      layers.add(new TransformSpec.Affine(order, degrees, withActivation, 5));
    }
    FlowSpec spec =
        new FlowSpec(
            Collections.nCopies(dimensions, new ParameterScaling.Affine(0, 1)),
            Collections.nCopies(features, new Standardisation(0, 1)),
            embedding == 0
                ? null
                : new EmbeddingSpec(List.of(embedding, embedding), withActivation),
            layers);
    // A trained transform stays near the identity; a gain of one half does the same.
    return new RandomNetworks(random, 0.5).flow(spec);
  }

  /** Whether the likelihood at every sample is part of what is measured. */
  public boolean hasLikelihood() {
    return !emulator.isEmpty();
  }

  /** The emulator. Without a likelihood it only makes the bundle complete. */
  public EmulatorNetwork emulator() {
    EmulatorSpec spec =
        new EmulatorSpec(
            Collections.nCopies(dimensions, new ParameterScaling.Affine(0, 1)),
            hasLikelihood() ? emulator : List.of(1),
            activation,
            Collections.nCopies(features, new Standardisation(0, 1)),
            false);
    return new RandomNetworks(new Random(SEED), 1).emulator(spec);
  }
}
