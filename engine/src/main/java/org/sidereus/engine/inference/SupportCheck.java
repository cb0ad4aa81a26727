package org.sidereus.engine.inference;

import java.util.ArrayList;
import java.util.List;
import org.sidereus.engine.bundle.Covariate;
import org.sidereus.engine.bundle.GaussianTerms;
import org.sidereus.engine.bundle.Manifest;
import org.sidereus.engine.bundle.Observable;
import org.sidereus.engine.bundle.Prior;

/**
 * Whether an observation lies within what a bundle was trained on. Safe for threads.
 *
 * <p>A value is outside where it is farther than {@value #ERRORS} of its errors from the range of
 * the observable over the prior; an error is outside where it is not within the range of errors of
 * the training, which it may exceed by the factor {@value #FACTOR}. A covariate is outside where it
 * is not within the range of the training. Ranges that the manifest does not have are not checked.
 */
final class SupportCheck {
  /** Noise alone exceeds this in one of 740 measurements of a quantity at the very edge. */
  private static final double ERRORS = 3;

  /** Catalogues round errors. */
  private static final double FACTOR = 1.1;

  private final List<ObservableTerm> terms = new ArrayList<>();

  private final List<Covariate> covariates;
  private final int[] covariateColumns;

  private record ObservableTerm(GaussianTerms.Term columns, Observable observable) {}

  SupportCheck(Manifest manifest) {
    covariates = manifest.covariates();
    covariateColumns = manifest.covariateColumns();
    GaussianTerms.of(manifest)
        .ifPresent(
            likelihood ->
                likelihood.terms().stream()
                    .filter(term -> !term.ofParameter())
                    .map(term -> new ObservableTerm(term, manifest.observables().get(term.index())))
                    .forEach(terms::add));
  }

  /** Whether a row of features [F] is outside. */
  boolean isOutside(float[] row) {
    for (ObservableTerm term : terms) {
      if (term.columns.isMeasured(row) && isOutside(term, row)) {
        return true;
      }
    }
    for (int c = 0; c < covariateColumns.length; c++) {
      Prior training = covariates.get(c).training();
      float value = row[covariateColumns[c]];
      if (value < (float) training.lower() || value > (float) training.upper()) {
        return true;
      }
    }
    return false;
  }

  private static boolean isOutside(ObservableTerm term, float[] row) {
    Observable observable = term.observable;
    double error = term.columns.error(row);
    double value = row[term.columns.value()];
    return (observable.lower() != null && value < observable.lower() - ERRORS * error)
        || (observable.upper() != null && value > observable.upper() + ERRORS * error)
        || (observable.errorLower() != null && error < observable.errorLower() / FACTOR)
        || (observable.errorUpper() != null && error > observable.errorUpper() * FACTOR);
  }
}
