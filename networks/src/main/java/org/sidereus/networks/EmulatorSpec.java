package org.sidereus.networks;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import com.fasterxml.jackson.annotation.JsonTypeName;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The shape of an emulator: a multilayer perceptron from D parameters to M simulated quantities.
 * The last layer is linear, and {@code y = output * scale + shift}.
 *
 * @param parameterScaling of the inputs, length D
 * @param hidden widths of the hidden layers
 * @param activation after every hidden layer
 * @param outputScaling of the outputs, length M
 * @param skip whether {@code skip.weight} [M, D] times the scaled parameters is added to the output
 * @param observables formulas of the D inputs and, after them, the M outputs: what the emulator
 *     predicts; empty: the outputs themselves
 */
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "kind")
@JsonTypeName("mlp")
public record EmulatorSpec(
    List<ParameterScaling> parameterScaling,
    List<Integer> hidden,
    Activation activation,
    List<Standardisation> outputScaling,
    boolean skip,
    @JsonInclude(JsonInclude.Include.NON_EMPTY) List<Formula> observables) {

  /** Checks the parts. */
  @JsonCreator
  public EmulatorSpec {
    observables = observables == null ? List.of() : List.copyOf(observables);
    parameterScaling = Checks.nonEmpty("parameter_scaling", parameterScaling);
    hidden = Checks.nonEmpty("hidden", hidden);
    hidden.forEach(width -> Checks.width("hidden", width));
    Checks.present("activation", activation);
    outputScaling = Checks.nonEmpty("output_scaling", outputScaling);
  }

  /** An emulator that predicts its outputs. */
  public EmulatorSpec(
      List<ParameterScaling> parameterScaling,
      List<Integer> hidden,
      Activation activation,
      List<Standardisation> outputScaling,
      boolean skip) {
    this(parameterScaling, hidden, activation, outputScaling, skip, List.of());
  }

  /** Number of quantities that the emulator predicts. */
  @JsonIgnore
  public int predictions() {
    return observables.isEmpty() ? outputs() : observables.size();
  }

  /**
   * What the emulator predicts.
   *
   * @param inputs physical units [D]
   * @param outputs of the network, physical units [M]
   */
  public double[] predictions(double[] inputs, double[] outputs) {
    if (observables.isEmpty()) {
      return outputs;
    }
    double[] all = Arrays.copyOf(inputs, inputs.length + outputs.length);
    System.arraycopy(outputs, 0, all, inputs.length, outputs.length);
    return observables.stream().mapToDouble(formula -> formula.at(all)).toArray();
  }

  /** D: number of parameters. */
  @JsonIgnore
  public int dimensions() {
    return parameterScaling.size();
  }

  /** M: number of outputs. */
  @JsonIgnore
  public int outputs() {
    return outputScaling.size();
  }

  /** Name and shape of every tensor of the weights, in the order of evaluation. */
  public Map<String, List<Integer>> tensorShapes() {
    Map<String, List<Integer>> shapes = new LinkedHashMap<>();
    int in = dimensions();
    for (int l = 0; l <= hidden.size(); l++) {
      int out = l < hidden.size() ? hidden.get(l) : outputs();
      shapes.put("layers." + l + ".weight", List.of(out, in));
      shapes.put("layers." + l + ".bias", List.of(out));
      in = out;
    }
    if (skip) {
      shapes.put("skip.weight", List.of(outputs(), dimensions()));
    }
    return shapes;
  }

  /**
   * Reads {@code emulator.json}.
   *
   * @throws org.sidereus.engine.SidereusException where the file cannot be read or does not fit
   */
  public static EmulatorSpec read(Path file) {
    return new NetworkJson().read(file, EmulatorSpec.class);
  }

  /** Writes {@code emulator.json}; the same spec gives the same bytes. */
  public void write(Path file) {
    new NetworkJson().write(file, this);
  }
}
