package org.sidereus.exporter.check;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.sidereus.engine.bundle.Covariate;
import org.sidereus.engine.bundle.Manifest;
import org.sidereus.engine.bundle.Observable;
import org.sidereus.engine.bundle.Parameter;
import org.sidereus.engine.bundle.Prior;
import org.sidereus.engine.inference.EmulatorEngine;

/** A table of simulations beside the priors of the manifest and the emulator. */
final class SimulationsCheck {
  /** The Kolmogorov distance times the root of the number of rows: p = 1e-4. */
  private static final double LARGEST_DISTANCE = 2.23;

  private static final double SMALLEST_DISTANCE = 0.02;

  /** Largest residual of the emulator, as a share of the error or of the spread of the table. */
  private static final double LARGEST_OF_ERROR = 0.5;

  private static final double LARGEST_OF_SPREAD = 0.05;

  /** Share of the rows that may have an observable outside of its range. */
  private static final double MOST_OUTSIDE = 0.5;

  private static final double ONE_SIGMA = 0.6827;
  private static final double CORRELATED = 0.3;
  private static final int NEIGHBOURS = 1_500;

  /** With more parameters, neighbours are too far apart. */
  private static final int MOST_PARAMETERS = 8;

  private final Manifest manifest;
  private final Truths table;
  private final List<String> names = new ArrayList<>();

  SimulationsCheck(Manifest manifest, Truths table) {
    this.manifest = manifest;
    this.table = table;
    manifest.parameters().stream().map(Parameter::name).forEach(names::add);
    manifest.covariates().stream().map(Covariate::name).forEach(names::add);
  }

  /** Whether parameters and covariates are distributed as the manifest says. */
  Finding priors() {
    List<Prior> priors = manifest.inputPriors();
    double limit = Math.max(SMALLEST_DISTANCE, LARGEST_DISTANCE / Math.sqrt(table.count()));
    double largest = 0;
    for (int i = 0; i < priors.size(); i++) {
      double distance = Truths.distance(input(i, 1), priors.get(i));
      largest = Math.max(largest, distance);
      if (distance > limit) {
        return wrongPrior(i, distance, limit);
      }
    }
    String correlated = new SimulatedCorrelations(manifest, names).difference(table.inputs());
    if (correlated != null) {
      return Finding.failed("prior of the simulations", Fault.PRIOR, correlated);
    }
    return Finding.passed(
        "prior of the simulations",
        "the largest Kolmogorov distance is %.3f (allowed %.3f)".formatted(largest, limit));
  }

  private Finding wrongPrior(int i, double distance, double limit) {
    String check = "prior of the simulations";
    List<Prior> priors = manifest.inputPriors();
    String found =
        "%s of the simulations is %.3f (Kolmogorov) from the prior of the manifest, allowed %.3f"
            .formatted(names.get(i), distance, limit);
    for (int k = 0; k < priors.size(); k++) {
      if (k != i
          && Truths.distance(input(k, 1), priors.get(i)) <= limit
          && Truths.distance(input(i, 1), priors.get(k)) <= limit) {
        return Finding.failed(
            check,
            Fault.SWAPPED_COLUMNS,
            "%s; the columns %s and %s fit each other's prior"
                .formatted(found, names.get(i), names.get(k)));
      }
    }
    for (double factor : UnitFactors.ALL) {
      if (Truths.distance(input(i, factor), priors.get(i)) <= limit) {
        return Finding.failed(
            check,
            Fault.UNITS,
            "%s; it fits when multiplied by %.4g: use the manifest's unit"
                .formatted(found, factor));
      }
    }
    Quantiles values = new Quantiles(input(i, 1));
    return Finding.failed(
        check,
        Fault.PRIOR,
        "%s; 16, 50 and 84 %% of it are below %.4g, %.4g and %.4g: draw the simulations from the prior, or declare the prior that they have"
            .formatted(found, values.at(0.16), values.median(), values.at(0.84)));
  }

  private double[] input(int i, double factor) {
    return table.inputs().stream().mapToDouble(row -> factor * row[i]).toArray();
  }

  /** Whether the observables are where the manifest says that those of the training were. */
  Finding ranges() {
    String check = "ranges of the simulations";
    double most = 0;
    for (int j = 0; j < manifest.observables().size(); j++) {
      Observable observable = manifest.observables().get(j);
      int column = j;
      double outside =
          table.y().stream().filter(row -> !Truths.isWithin(observable, row[column])).count()
              / (double) table.count();
      if (outside > MOST_OUTSIDE) {
        return Finding.failed(
            check,
            Fault.UNITS,
            "%s of %.0f %% of the simulations is outside of its range in the manifest, %s to %s, and its median is %.4g: use the manifest's unit, and the model of the training"
                .formatted(
                    observable.name(),
                    100 * outside,
                    observable.lower(),
                    observable.upper(),
                    new Quantiles(table.y().stream().mapToDouble(row -> row[column]).toArray())
                        .median()));
      }
      most = Math.max(most, outside);
    }
    return Finding.passed(
        check, "up to %.1f %% of an observable are outside of its range".formatted(100 * most));
  }

  /** How far the emulator is from the simulations. */
  Finding emulator(EmulatorEngine emulator) {
    String check = "emulator and simulations";
    List<double[]> predicted = Truths.predicted(emulator, table.inputs());
    double largest = 0;
    for (int j = 0; j < manifest.observables().size(); j++) {
      double ratio = ratio(j, j, 1, predicted);
      if (!(ratio <= 1)) {
        return wrongEmulator(check, j, ratio, predicted, emulator);
      }
      largest = Math.max(largest, ratio);
    }
    return Finding.passed(
        check, "68 %% of the residuals are below %.2f of what is allowed".formatted(largest));
  }

  private Finding wrongEmulator(
      String check, int j, double ratio, List<double[]> predicted, EmulatorEngine emulator) {
    String name = manifest.observables().get(j).name();
    String found = "the residuals of %s are %.3g times as large as allowed".formatted(name, ratio);
    for (int k = 0; k < manifest.observables().size(); k++) {
      if (k != j && ratio(j, k, 1, predicted) <= 1 && ratio(k, j, 1, predicted) <= 1) {
        return Finding.failed(
            check,
            Fault.SWAPPED_COLUMNS,
            "%s; the columns %s and %s are each other's prediction"
                .formatted(found, name, manifest.observables().get(k).name()));
      }
    }
    for (double factor : UnitFactors.ALL) {
      if (ratio(j, j, factor, predicted) <= 1) {
        return Finding.failed(
            check,
            Fault.UNITS,
            "%s; they are small when the table's column is multiplied by %.4g: use the manifest's unit"
                .formatted(found, factor));
      }
    }
    String swapped = swappedInputs(emulator);
    if (swapped != null) {
      return Finding.failed(check, Fault.SWAPPED_COLUMNS, found + swapped);
    }
    if (table.errors() == null && isNoise(predicted)) {
      return Finding.failed(
          check,
          Fault.NOISY_SIMULATIONS,
          found
              + " and do not depend on the parameters: the table has noise; give simulations"
              + " without noise, or columns NAME_error that say how large it is");
    }
    return Finding.failed(
        check, Fault.EMULATOR, found + "; train it longer, or on more simulations of this model");
  }

  private @Nullable String swappedInputs(EmulatorEngine emulator) {
    for (int a = 0; a < names.size(); a++) {
      for (int b = a + 1; b < names.size(); b++) {
        int first = a;
        int second = b;
        List<double[]> swapped =
            table.inputs().stream()
                .map(
                    row -> {
                      double[] other = row.clone();
                      other[first] = row[second];
                      other[second] = row[first];
                      return other;
                    })
                .toList();
        List<double[]> predicted = Truths.predicted(emulator, swapped);
        boolean fits = true;
        for (int j = 0; j < manifest.observables().size(); j++) {
          fits &= ratio(j, j, 1, predicted) <= 1;
        }
        if (fits) {
          return "; they are small when the columns %s and %s change places"
              .formatted(names.get(a), names.get(b));
        }
      }
    }
    return null;
  }

  /** The residuals of a column beside a prediction, in units of the largest that are allowed. */
  private double ratio(int column, int prediction, double factor, List<double[]> predicted) {
    Observable observable = manifest.observables().get(prediction);
    List<double[]> errors = table.errors();
    double[] values = new double[table.count()];
    double[] sizes = new double[table.count()];
    for (int i = 0; i < sizes.length; i++) {
      values[i] = factor * table.y().get(i)[column];
      sizes[i] = Math.abs(values[i] - predicted.get(i)[prediction]);
      if (errors != null) {
        // residuals of a right emulator are the noise
        sizes[i] /= 1.25 * factor * errors.get(i)[column] + Double.MIN_NORMAL;
      }
    }
    double size = new Quantiles(sizes).at(ONE_SIGMA);
    if (errors != null) {
      return size;
    }
    double error = Survey.typicalError(observable);
    Quantiles spread = new Quantiles(values);
    double allowed =
        error > 0
            ? LARGEST_OF_ERROR * error
            : LARGEST_OF_SPREAD * (spread.at(0.84) - spread.at(0.16));
    return size / (allowed + Double.MIN_NORMAL);
  }

  /** Whether the residuals of near neighbours are independent. */
  private boolean isNoise(List<double[]> predicted) {
    List<Prior> priors = manifest.inputPriors();
    if (priors.size() > MOST_PARAMETERS) {
      return false;
    }
    int n = Math.min(NEIGHBOURS, table.count());
    double[][] points = new double[n][priors.size()];
    for (int i = 0; i < n; i++) {
      for (int k = 0; k < points[i].length; k++) {
        points[i][k] = priors.get(k).normalScore(table.inputs().get(i)[k]);
      }
    }
    int[] nearest = new int[n];
    for (int i = 0; i < n; i++) {
      nearest[i] = nearest(points, i);
    }
    for (int j = 0; j < manifest.observables().size(); j++) {
      double[] residuals = new double[n];
      for (int i = 0; i < n; i++) {
        residuals[i] = table.y().get(i)[j] - predicted.get(i)[j];
      }
      if (Math.abs(correlation(residuals, nearest)) > CORRELATED) {
        return false;
      }
    }
    return true;
  }

  private static int nearest(double[][] points, int of) {
    int nearest = of == 0 ? 1 % points.length : 0;
    double least = Double.POSITIVE_INFINITY;
    for (int i = 0; i < points.length; i++) {
      double square = 0;
      for (int k = 0; k < points[i].length; k++) {
        double difference = points[i][k] - points[of][k];
        square += difference * difference;
      }
      if (i != of && square < least) {
        least = square;
        nearest = i;
      }
    }
    return nearest;
  }

  /** About 0, not about the mean: an offset is no noise. */
  private static double correlation(double[] values, int[] with) {
    double products = 0;
    double squares = 0;
    for (int i = 0; i < values.length; i++) {
      products += values[i] * values[with[i]];
      squares += values[i] * values[i];
    }
    return products / (squares + Double.MIN_NORMAL);
  }
}
