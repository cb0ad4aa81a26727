package org.sidereus.validation;

import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.sidereus.engine.SidereusException;
import org.sidereus.engine.bundle.Covariate;
import org.sidereus.engine.bundle.Feature;
import org.sidereus.engine.bundle.Manifest;
import org.sidereus.engine.bundle.Noise;
import org.sidereus.engine.bundle.Observable;
import org.sidereus.simulators.sets.ObservationModel;

/**
 * A survey that measures the same observables of all objects with the same errors, in the features
 * of a bundle. No parameter is measured directly.
 */
final class BundleSurvey implements ObservationModel {
  private final Manifest manifest;
  private final double[] errors;
  private final boolean[] measured;
  private final List<String> covariates;

  /**
   * A survey.
   *
   * @param pattern names of the measured observables; empty: all
   * @param error standard deviation of the noise of every observable; null: the one that the
   *     manifest names for it
   * @throws SidereusException where the bundle's features cannot express it
   */
  BundleSurvey(Manifest manifest, Set<String> pattern, @Nullable Double error) {
    this.manifest = manifest;
    List<Observable> observables = manifest.observables();
    covariates = manifest.covariates().stream().map(Covariate::name).toList();
    errors = new double[observables.size()];
    measured = new boolean[observables.size()];
    Set<String> unknown = new TreeSet<>(pattern);
    for (int j = 0; j < errors.length; j++) {
      Observable observable = observables.get(j);
      unknown.remove(observable.name());
      measured[j] = pattern.isEmpty() || pattern.contains(observable.name());
      if (!measured[j] && !has(Feature.Kind.MASK, observable)) {
        throw new SidereusException(
            "the bundle needs "
                + observable.name()
                + ", so --pattern must name it; only a bundle with mask features can do without");
      }
      errors[j] = error(observable, error);
    }
    if (!unknown.isEmpty()) {
      throw new SidereusException(
          "--pattern names "
              + unknown
              + " but the observables are "
              + observables.stream().map(Observable::name).toList());
    }
    for (Feature feature : manifest.features()) {
      if (feature.kind() == Feature.Kind.COVARIATE
          && !covariates.contains(feature.of())
          && !manifest
              .features()
              .contains(new Feature(Feature.Kind.COVARIATE_MASK, feature.of()))) {
        throw new SidereusException(
            "the bundle needs the covariate " + feature.of() + ", which no mock object has");
      }
    }
  }

  private double error(Observable observable, @Nullable Double asked) {
    if (asked == null) {
      Double lower = observable.errorLower();
      Double upper = observable.errorUpper();
      if (observable.error() == null && lower != null && upper != null && lower > 0) {
        return Math.sqrt(lower * upper);
      }
      if (observable.error() == null) {
        throw new SidereusException(
            "the bundle names no error of "
                + observable.name()
                + (has(Feature.Kind.ERROR, observable) ? "; give one with --error" : ""));
      }
      return observable.error();
    }
    if (!has(Feature.Kind.ERROR, observable) && !asked.equals(observable.error())) {
      throw new SidereusException(
          "the bundle was trained for the error "
              + observable.error()
              + " of "
              + observable.name()
              + " and has no error features; leave --error out");
    }
    return asked;
  }

  private boolean has(Feature.Kind kind, Observable observable) {
    return manifest.features().contains(new Feature(kind, observable.name()));
  }

  /** Text for reports. */
  String description() {
    StringBuilder text = new StringBuilder();
    for (int j = 0; j < errors.length; j++) {
      if (measured[j]) {
        text.append(text.length() == 0 ? "" : ", ")
            .append(manifest.observables().get(j).name())
            .append(" ± ")
            .append(errors[j]);
      }
    }
    return text.toString();
  }

  @Override
  public List<Feature> features() {
    return manifest.features();
  }

  @Override
  public void observe(
      float[] parameters,
      int parameter,
      float[] observables,
      int observable,
      RandomGenerator random,
      float[] features,
      int feature) {
    double[] values = new double[errors.length];
    for (int j = 0; j < errors.length; j++) {
      Noise noise = manifest.observables().get(j).noise();
      values[j] = noise.measure(observables[observable + j], errors[j], random);
    }
    List<String> names = manifest.observables().stream().map(Observable::name).toList();
    for (int f = 0; f < manifest.features().size(); f++) {
      Feature column = manifest.features().get(f);
      int j = names.indexOf(column.of());
      int c = covariates.indexOf(column.of());
      if (c >= 0) {
        features[feature + f] = parameters[parameter + manifest.parameters().size() + c];
        continue;
      }
      features[feature + f] =
          column.kind().ofCovariate() || !measured[j]
              ? 0
              : switch (column.kind()) {
                case VALUE -> (float) values[j];
                case ERROR -> (float) errors[j];
                default -> 1;
              };
    }
  }

  @Override
  public double lowestError(int observable) {
    return errors[observable];
  }

  @Override
  public double highestError(int observable) {
    return errors[observable];
  }

  @Override
  public double defaultError(int observable) {
    return errors[observable];
  }

  @Override
  public ObservationModel complete() {
    return this;
  }
}
