package org.sidereus.exporter.check;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.sidereus.engine.bundle.Feature;
import org.sidereus.engine.bundle.Manifest;
import org.sidereus.engine.bundle.Observable;
import org.sidereus.engine.bundle.Parameter;
import org.sidereus.engine.inference.EmulatorEngine;

/** A way to read columns and units: another order of them, or a factor. */
final class Interpretation {
  final int[] observables;
  final int[] parameters;
  final double[] values;
  final double[] errors;
  final double[] parameterScales;
  private final String text;

  /** As the manifest says. */
  Interpretation(int d, int m) {
    observables = new int[m];
    parameters = new int[d];
    values = new double[m];
    errors = new double[m];
    parameterScales = new double[d];
    Arrays.setAll(observables, i -> i);
    Arrays.setAll(parameters, i -> i);
    Arrays.fill(values, 1);
    Arrays.fill(errors, 1);
    Arrays.fill(parameterScales, 1);
    text = "";
  }

  private Interpretation(Interpretation from, String added) {
    observables = from.observables.clone();
    parameters = from.parameters.clone();
    values = from.values.clone();
    errors = from.errors.clone();
    parameterScales = from.parameterScales.clone();
    text = from.text.isEmpty() ? added : from.text + " and " + added;
  }

  List<Interpretation> swaps(Manifest manifest) {
    List<Interpretation> all = new ArrayList<>();
    List<String> names = manifest.observables().stream().map(Observable::name).toList();
    addSwaps(all, names, "observables", true);
    addSwaps(
        all, manifest.parameters().stream().map(Parameter::name).toList(), "parameters", false);
    return all;
  }

  private void addSwaps(
      List<Interpretation> all, List<String> names, String what, boolean ofObservables) {
    for (int a = 0; a < names.size(); a++) {
      for (int b = a + 1; b < names.size(); b++) {
        Interpretation next =
            new Interpretation(
                this, "the %s %s and %s change places".formatted(what, names.get(a), names.get(b)));
        int[] order = ofObservables ? next.observables : next.parameters;
        int kept = order[a];
        order[a] = order[b];
        order[b] = kept;
        all.add(next);
      }
    }
  }

  List<Interpretation> scalings(Manifest manifest, double factor, boolean byEmulator) {
    List<Interpretation> all = new ArrayList<>();
    for (int j = -1; j < values.length; j++) {
      String name = j < 0 ? "all observables" : manifest.observables().get(j).name();
      Interpretation graph =
          new Interpretation(this, "the graph gets %s times %.4g".formatted(name, factor));
      Interpretation error =
          new Interpretation(
              this, "the errors of %s are multiplied by %.4g".formatted(name, factor));
      for (int k = 0; k < values.length; k++) {
        if (j < 0 || j == k) {
          graph.values[k] = factor;
          error.errors[k] = factor;
        }
      }
      all.add(graph);
      if (byEmulator && Math.abs(Math.log10(factor)) >= 1) { // else it may be a wide flow
        all.add(error);
      }
    }
    for (int i = 0; i < parameterScales.length; i++) {
      Interpretation scaled =
          new Interpretation(
              this,
              "%s of the graphs is multiplied by %.4g"
                  .formatted(manifest.parameters().get(i).name(), factor));
      scaled.parameterScales[i] = factor;
      all.add(scaled);
    }
    return all;
  }

  /**
   * What decides the numbers that the graph gets: readings with the same have the same samples.
   *
   * @param byEmulator whether the observables are the emulator's
   */
  Object graphInputs(boolean byEmulator) {
    return List.of(
        Arrays.toString(observables),
        Arrays.toString(values),
        Arrays.toString(errors),
        byEmulator ? Arrays.toString(parameterScales) : "");
  }

  /** The truths, with the emulator's predictions where its parameters have other units. */
  Truths truths(Truths some, @Nullable EmulatorEngine emulator) {
    if (emulator == null || Arrays.stream(parameterScales).allMatch(scale -> scale == 1)) {
      return some;
    }
    List<double[]> inputs = some.inputs().stream().map(this::scaled).toList();
    return new Truths(some.inputs(), Truths.predicted(emulator, inputs), null);
  }

  private double[] scaled(double[] inputs) {
    double[] all = inputs.clone();
    for (int i = 0; i < parameterScales.length; i++) {
      all[i] /= parameterScales[i];
    }
    return all;
  }

  /** The rows that the graph gets. */
  List<float[]> features(Manifest manifest, List<float[]> rows) {
    return rows.stream().map(row -> features(manifest, row)).toList();
  }

  private float[] features(Manifest manifest, float[] row) {
    List<String> names = manifest.observables().stream().map(Observable::name).toList();
    float[] read = row.clone();
    for (int f = 0; f < row.length; f++) {
      Feature feature = manifest.features().get(f);
      int j = names.indexOf(feature.of());
      if (j < 0) {
        continue;
      }
      Feature source = new Feature(feature.kind(), names.get(observables[j]));
      int column = manifest.features().indexOf(source);
      double scale = feature.kind() == Feature.Kind.MASK ? 1 : values[j];
      read[f] = (float) (scale * row[column < 0 ? f : column]);
    }
    return read;
  }

  @Override
  public String toString() {
    return text;
  }
}
