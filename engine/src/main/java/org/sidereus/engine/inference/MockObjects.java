package org.sidereus.engine.inference;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.sidereus.engine.SidereusException;
import org.sidereus.engine.bundle.Bundle;
import org.sidereus.engine.bundle.Feature;
import org.sidereus.engine.bundle.Manifest;
import org.sidereus.engine.bundle.Observable;
import org.sidereus.engine.bundle.Parameter;
import org.sidereus.engine.bundle.Prior;
import org.sidereus.engine.bundle.Role;

/**
 * Objects as a bundle gets them: parameters and covariates drawn from its prior, its emulator's
 * predictions ({@link NoiselessObjects}), and noise of the errors for which it was trained. Objects
 * whose predictions are outside of what the bundle was trained on are drawn again: a prior may hold
 * objects that no survey has. The work for an object depends on its observation, so other objects
 * would say nothing of a rate.
 */
public final class MockObjects {
  /** Error of an observable for which a bundle has none. */
  private static final double ERROR = 0.05;

  private static final int MOST_ROUNDS = 1000;

  private final Manifest manifest;
  private final List<Prior> inputs = new ArrayList<>();
  private final SplittableRandom random;
  private final NoiselessObjects noiseless;
  private final int groups;
  private final float[] points;
  private final float[] predictions;

  private MockObjects(
      Manifest manifest,
      NoiselessObjects noiseless,
      SplittableRandom random,
      int count,
      int groups) {
    this.manifest = manifest;
    this.noiseless = noiseless;
    this.random = random;
    this.groups = groups;
    manifest.parameters().forEach(parameter -> inputs.add(parameter.prior()));
    manifest.covariates().forEach(covariate -> inputs.add(covariate.training()));
    points = new float[count * inputs.size()];
    predictions = new float[count * manifest.observables().size()];
  }

  /**
   * Draws objects; the same ones for the same arguments.
   *
   * @param count how many
   * @param groups number of groups, to which the objects belong by turns, each with the same shared
   *     parameters; 0: no object is in a group
   * @return the measurements of each object by their names
   * @throws SidereusException if hardly any object is like those of the training
   */
  public static List<Map<String, Measurement>> draw(
      Bundle bundle, int count, int groups, long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    try (NoiselessObjects noiseless = new NoiselessObjects(bundle, random)) {
      MockObjects objects = new MockObjects(bundle.manifest(), noiseless, random, count, groups);
      int first = Math.min(count, groups);
      objects.draw(0, first);
      objects.draw(first, count);
      List<Map<String, Measurement>> measured = new ArrayList<>(count);
      for (int i = 0; i < count; i++) {
        measured.add(objects.measured(i));
      }
      return measured;
    }
  }

  private void draw(int from, int to) {
    int d = inputs.size();
    int m = manifest.observables().size();
    List<Integer> left = new ArrayList<>();
    for (int i = from; i < to; i++) {
      left.add(i);
    }
    for (int round = 0; !left.isEmpty(); round++) {
      if (round == MOST_ROUNDS) {
        throw new SidereusException(
            "the prior of %s has hardly an object that is like those of its training"
                .formatted(manifest.name()));
      }
      float[] some = new float[left.size() * d];
      for (int n = 0; n < left.size(); n++) {
        drawPoint(left.get(n));
        System.arraycopy(points, left.get(n) * d, some, n * d, d);
      }
      float[] predicted = noiseless.of(some);
      List<Integer> again = new ArrayList<>();
      for (int n = 0; n < left.size(); n++) {
        System.arraycopy(predicted, n * m, predictions, left.get(n) * m, m);
        if (!isLikeTraining(Arrays.copyOfRange(predicted, n * m, (n + 1) * m))) {
          again.add(left.get(n));
        }
      }
      left = again;
    }
  }

  private void drawPoint(int object) {
    int d = inputs.size();
    List<Parameter> parameters = manifest.parameters();
    for (int i = 0; i < d; i++) {
      boolean known =
          i < parameters.size()
              && parameters.get(i).role() == Role.SHARED
              && groups > 0
              && object >= groups;
      points[object * d + i] =
          known ? points[object % groups * d + i] : (float) inputs.get(i).sample(random);
    }
  }

  private boolean isLikeTraining(float[] predicted) {
    for (int j = 0; j < predicted.length; j++) {
      Double lower = manifest.observables().get(j).lower();
      Double upper = manifest.observables().get(j).upper();
      if (!Float.isFinite(predicted[j])
          || (lower != null && predicted[j] < lower)
          || (upper != null && predicted[j] > upper)) {
        return false;
      }
    }
    return true;
  }

  private Map<String, Measurement> measured(int object) {
    Map<String, Measurement> measured = new LinkedHashMap<>();
    int m = manifest.observables().size();
    for (int j = 0; j < m; j++) {
      Observable observable = manifest.observables().get(j);
      double error = observable.error() == null ? ERROR : observable.error();
      double value = observable.noise().measure(predictions[object * m + j], error, random);
      boolean given =
          manifest.features().contains(new Feature(Feature.Kind.ERROR, observable.name()));
      measured.put(observable.name(), given ? Measurement.of(value, error) : Measurement.of(value));
    }
    for (int c = 0; c < manifest.covariates().size(); c++) {
      double known = points[object * inputs.size() + manifest.parameters().size() + c];
      measured.put(manifest.covariates().get(c).name(), Measurement.of(known));
    }
    return measured;
  }
}
