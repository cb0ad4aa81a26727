package org.sidereus.trainer.pipeline;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.sidereus.engine.bundle.EmulatorError;
import org.sidereus.engine.bundle.Observable;
import org.sidereus.engine.bundle.Parameter;
import org.sidereus.simulators.sets.TrainingSet;

/**
 * Errors of an emulator, emulated minus simulated, in the observables' units.
 *
 * @param runs number of simulator runs compared
 * @param medianAbsolute median of the absolute error over all runs and observables
 * @param high absolute error that 99 % of all runs and observables do not exceed
 * @param observables errors of each observable
 */
public record EmulatorErrors(
    long runs, double medianAbsolute, double high, List<OfObservable> observables) {
  private static final double HIGH = 0.99;

  /**
   * Errors of one observable.
   *
   * @param name its name
   * @param medianAbsolute median of the absolute error
   * @param mean mean of the signed error
   * @param rms root of the mean square
   * @param common the part that objects with the same shared parameters have in common; 0 where
   *     nothing is shared
   * @param high absolute error that 99 % do not exceed
   * @param largest largest absolute error
   */
  public record OfObservable(
      String name,
      double medianAbsolute,
      double mean,
      double rms,
      EmulatorError common,
      double high,
      double largest) {}

  /**
   * Compares.
   *
   * @param names the observables
   * @param parameters of the model
   * @param simulated simulator runs
   * @param emulated what the emulator gives for their parameters, [N, M]
   */
  public static EmulatorErrors of(
      List<Observable> names, List<Parameter> parameters, TrainingSet simulated, float[] emulated) {
    int m = names.size();
    int rows = simulated.rows();
    double[] all = new double[rows * m];
    double[][] errors = new double[m][rows];
    for (int j = 0; j < m; j++) {
      for (int row = 0; row < rows; row++) {
        errors[j][row] =
            (double) emulated[row * m + j]
                - simulated.observables()[row * simulated.observableCount() + j];
        all[row * m + j] = Math.abs(errors[j][row]);
      }
    }
    List<EmulatorError> common = new CommonErrors(parameters).of(simulated, errors);
    List<OfObservable> observables = new ArrayList<>();
    for (int j = 0; j < m; j++) {
      double sum = 0;
      double squares = 0;
      for (double error : errors[j]) {
        sum += error;
        squares += error * error;
      }
      double[] absolute = Arrays.stream(errors[j]).map(Math::abs).sorted().toArray();
      observables.add(
          new OfObservable(
              names.get(j).name(),
              absolute[rows / 2],
              sum / rows,
              Math.sqrt(squares / rows),
              common.get(j),
              absolute[(int) (HIGH * (rows - 1))],
              absolute[rows - 1]));
    }
    Arrays.sort(all);
    return new EmulatorErrors(
        rows, all[all.length / 2], all[(int) (HIGH * (all.length - 1))], observables);
  }

  /** The observables with the part of the errors that objects of a group have in common. */
  List<Observable> in(List<Observable> known) {
    Map<String, EmulatorError> common = new HashMap<>();
    observables.forEach(one -> common.put(one.name(), one.common()));
    return known.stream().map(one -> one.withEmulatorError(common.get(one.name()))).toList();
  }

  /** Mean signed error of each observable [M]. */
  public double[] means() {
    return observables.stream().mapToDouble(OfObservable::mean).toArray();
  }
}
