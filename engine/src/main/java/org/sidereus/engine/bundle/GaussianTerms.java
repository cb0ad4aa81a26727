package org.sidereus.engine.bundle;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * The likelihood of a bundle's observations: independent Gaussians, one for each measured quantity.
 * Quantities are the observables that have a {@code value} feature, whose prediction is the
 * emulator's, and covariate features with the name of a parameter, which measure that parameter
 * directly.
 *
 * @param terms the observables first, then the parameters
 * @param covariates columns of the covariates, which the emulator takes after the parameters
 */
public record GaussianTerms(List<Term> terms, List<Integer> covariates) {
  /** There is no such column. */
  public static final int NO_COLUMN = -1;

  /**
   * One Gaussian.
   *
   * @param ofParameter whether a parameter is measured, not an observable
   * @param index position of the observable or parameter in the manifest
   * @param value column of the measured value
   * @param error column of its standard deviation, or {@link #NO_COLUMN}
   * @param noise what is normal
   * @param constantError the standard deviation where there is no such column
   * @param mask column that is 0 where the quantity was not measured, or {@link #NO_COLUMN}: always
   *     measured
   */
  public record Term(
      boolean ofParameter,
      int index,
      Noise noise,
      int value,
      int error,
      double constantError,
      int mask) {

    /** Whether the quantity was measured, given a row [F]. */
    public boolean isMeasured(float[] row) {
      return mask == NO_COLUMN || row[mask] > 0.5f;
    }

    /** The standard deviation of the measurement, given a row [F]. */
    public double error(float[] row) {
      return error == NO_COLUMN ? constantError : row[error];
    }
  }

  /** Copies the lists. */
  public GaussianTerms {
    terms = List.copyOf(terms);
    covariates = List.copyOf(covariates);
  }

  /** Number of the terms of a bundle's likelihood, T; 0: it has none. */
  public static int count(Manifest manifest) {
    return of(manifest).map(one -> one.terms().size()).orElse(0);
  }

  /**
   * The likelihood of a bundle.
   *
   * @return empty where it is not known: a quantity has neither an error feature nor an error of
   *     its own, or a covariate feature is neither a covariate of the model nor a direct
   *     measurement of a parameter
   */
  public static Optional<GaussianTerms> of(Manifest manifest) {
    Map<Feature, Integer> columns = new HashMap<>();
    for (int i = 0; i < manifest.features().size(); i++) {
      columns.put(manifest.features().get(i), i);
    }
    List<Term> terms = new ArrayList<>();
    for (int i = 0; i < manifest.observables().size(); i++) {
      Observable observable = manifest.observables().get(i);
      Integer value = columns.get(new Feature(Feature.Kind.VALUE, observable.name()));
      if (value == null) {
        continue;
      }
      int error = column(columns, Feature.Kind.ERROR, observable.name());
      Double own = observable.error();
      if (error == NO_COLUMN && own == null) {
        return Optional.empty();
      }
      double constant = error == NO_COLUMN && own != null ? own : 0;
      int mask = column(columns, Feature.Kind.MASK, observable.name());
      terms.add(new Term(false, i, observable.noise(), value, error, constant, mask));
    }
    List<String> covariates = manifest.covariates().stream().map(Covariate::name).toList();
    List<String> parameters = manifest.parameters().stream().map(Parameter::name).toList();
    for (Feature feature : manifest.features()) {
      if (feature.kind() != Feature.Kind.COVARIATE || covariates.contains(feature.of())) {
        continue;
      }
      int parameter = parameters.indexOf(feature.of());
      int error = column(columns, Feature.Kind.COVARIATE_ERROR, feature.of());
      if (parameter < 0 || error == NO_COLUMN) {
        return Optional.empty();
      }
      int value = column(columns, feature.kind(), feature.of());
      int mask = column(columns, Feature.Kind.COVARIATE_MASK, feature.of());
      terms.add(new Term(true, parameter, Noise.NORMAL, value, error, 0, mask));
    }
    return terms.isEmpty()
        ? Optional.empty()
        : Optional.of(
            new GaussianTerms(terms, IntStream.of(manifest.covariateColumns()).boxed().toList()));
  }

  private static int column(Map<Feature, Integer> columns, Feature.Kind kind, String of) {
    return columns.getOrDefault(new Feature(kind, of), NO_COLUMN);
  }

  /** Number of measured quantities, given a row [F]: the degrees of freedom of chi-square. */
  public int measured(float[] row) {
    int count = 0;
    for (Term term : terms) {
      count += term.isMeasured(row) ? 1 : 0;
    }
    return count;
  }
}
