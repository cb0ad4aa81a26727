package org.sidereus.trainer.pipeline;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.sidereus.engine.SidereusException;

/**
 * Where the stages of one training leave their results.
 *
 * @param root the folder
 */
public record WorkDirectory(Path root) {
  /** The folder, made where it is missing. */
  public static WorkDirectory at(Path root) {
    try {
      Files.createDirectories(root);
    } catch (IOException e) {
      throw new SidereusException("cannot make the work folder " + root + ": " + e.getMessage(), e);
    }
    return new WorkDirectory(root);
  }

  Path wide() {
    return root.resolve("wide.safetensors");
  }

  Path wideValidation() {
    return root.resolve("wide-validation.safetensors");
  }

  Path prior() {
    return root.resolve("prior.safetensors");
  }

  Path priorValidation() {
    return root.resolve("prior-validation.safetensors");
  }

  /** Runs of a table that train nothing. */
  Path heldOut() {
    return root.resolve("held-out.safetensors");
  }

  /** The same, for {@code validate --truth} and {@code check --simulations}. */
  Path heldOutTable() {
    return root.resolve("held-out.csv");
  }

  /** Errors [N, E] of a noiseless table. */
  Path tableErrors() {
    return root.resolve("table-errors.safetensors");
  }

  Path emulatorCheckpoint() {
    return root.resolve("emulator-checkpoint.safetensors");
  }

  /**
   * Where a phase of the flow's training leaves its result.
   *
   * @param phase counted from 1
   */
  Path flowPhase(int phase) {
    return root.resolve("flow-phase-" + phase);
  }

  Path flowCheckpoint(int phase) {
    return flowPhase(phase).resolve("checkpoint.safetensors");
  }

  Path record(Stage stage) {
    return root.resolve(stage.label() + ".record.json");
  }

  /** Written when a stage begins, removed when it is finished. */
  Path begun(Stage stage) {
    return root.resolve(stage.label() + ".begun.json");
  }

  /** A file of an earlier stage. */
  Path existing(Path file, Stage maker) {
    if (!Files.exists(file)) {
      throw new SidereusException(file + " is missing; run the stage " + maker.label() + " first");
    }
    return file;
  }
}
