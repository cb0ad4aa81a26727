package org.sidereus.networks;

import java.nio.file.Path;
import org.sidereus.engine.SidereusException;

/**
 * A trained emulator: its shape and its weights.
 *
 * @param spec the shape
 * @param weights every tensor of {@link EmulatorSpec#tensorShapes()}
 */
public record EmulatorNetwork(EmulatorSpec spec, Weights weights) {

  /** Checks the shapes and that all numbers are finite. */
  public EmulatorNetwork {
    weights.requireShapes(spec.tensorShapes());
  }

  /**
   * Reads {@code emulator.json} and {@code emulator.safetensors}.
   *
   * @param directory where both lie
   * @throws SidereusException where a file cannot be read or does not fit
   */
  public static EmulatorNetwork read(Path directory) {
    EmulatorSpec spec = EmulatorSpec.read(directory.resolve("emulator.json"));
    Path file = directory.resolve("emulator.safetensors");
    Weights weights = Weights.read(file);
    try {
      return new EmulatorNetwork(spec, weights);
    } catch (IllegalArgumentException e) {
      throw new SidereusException(file + " does not fit emulator.json: " + e.getMessage(), e);
    }
  }

  /** Writes {@code emulator.json} and {@code emulator.safetensors} to a directory that exists. */
  public void write(Path directory) {
    spec.write(directory.resolve("emulator.json"));
    weights.write(directory.resolve("emulator.safetensors"));
  }
}
