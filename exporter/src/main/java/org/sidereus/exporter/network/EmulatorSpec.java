package org.sidereus.exporter.network;

import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import com.fasterxml.jackson.annotation.JsonTypeName;
import java.nio.file.Path;
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
 */
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "kind")
@JsonTypeName("mlp")
public record EmulatorSpec(
    List<ParameterScaling> parameterScaling,
    List<Integer> hidden,
    Activation activation,
    List<Standardisation> outputScaling,
    boolean skip) {

  /** Checks the parts. */
  public EmulatorSpec {
    parameterScaling = Checks.nonEmpty("parameter_scaling", parameterScaling);
    hidden = Checks.nonEmpty("hidden", hidden);
    hidden.forEach(width -> Checks.width("hidden", width));
    Checks.present("activation", activation);
    outputScaling = Checks.nonEmpty("output_scaling", outputScaling);
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
   * @throws org.sidereus.command.UserError where the file cannot be read or does not fit
   */
  public static EmulatorSpec read(Path file) {
    return new NetworkJson().read(file, EmulatorSpec.class);
  }

  /** Writes {@code emulator.json}; the same spec gives the same bytes. */
  public void write(Path file) {
    new NetworkJson().write(file, this);
  }
}
