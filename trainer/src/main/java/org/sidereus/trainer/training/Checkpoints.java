package org.sidereus.trainer.training;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.sidereus.engine.SidereusException;
import org.sidereus.networks.Tensor;
import org.sidereus.networks.Weights;

/** The latest state of a training, in one file that is replaced as a whole. */
public final class Checkpoints {
  private static final long DEFAULT_INTERVAL = 500;

  private final @Nullable Path file;
  private final long interval;

  /**
   * Checkpoints in a file every {@value #DEFAULT_INTERVAL} steps.
   *
   * @param file safetensors file, or null: nothing is kept
   */
  public Checkpoints(@Nullable Path file) {
    this(file, DEFAULT_INTERVAL);
  }

  /**
   * Checkpoints in a file.
   *
   * @param file safetensors file, or null: nothing is kept
   * @param interval steps between two checkpoints, at least 1
   */
  Checkpoints(@Nullable Path file, long interval) {
    this.file = file;
    this.interval = interval;
  }

  /** Whether the state is kept after this many steps. */
  boolean isDue(long steps) {
    return file != null && steps % interval == 0;
  }

  /** The state to continue from. */
  Optional<TrainingState> latest() {
    if (file == null || !Files.exists(file)) {
      return Optional.empty();
    }
    Weights saved = Weights.read(file);
    return Optional.of(
        new TrainingState(
            number(saved, "step"),
            saved.get("weights").values(),
            saved.get("mean").values(),
            saved.get("variance").values(),
            saved.get("average").values(),
            saved.get("best").values(),
            Double.longBitsToDouble(number(saved, "best_loss")),
            number(saved, "best_step")));
  }

  /** Replaces the state. */
  void save(TrainingState state) {
    if (file == null) {
      return;
    }
    Map<String, Tensor> tensors = new HashMap<>();
    tensors.put("step", bits(state.step()));
    tensors.put("weights", Tensor.vector(state.weights()));
    tensors.put("mean", Tensor.vector(state.mean()));
    tensors.put("variance", Tensor.vector(state.variance()));
    tensors.put("average", Tensor.vector(state.average()));
    tensors.put("best", Tensor.vector(state.best()));
    tensors.put("best_loss", bits(Double.doubleToLongBits(state.bestLoss())));
    tensors.put("best_step", bits(state.bestStep()));
    Path fresh = file.resolveSibling(file.getFileName() + ".new");
    new Weights(tensors).write(fresh);
    try {
      Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } catch (IOException e) {
      throw new SidereusException("cannot write the checkpoint " + file + ": " + e.getMessage(), e);
    }
  }

  /** Forgets the state. */
  public void clear() {
    try {
      if (file != null) {
        Files.deleteIfExists(file);
      }
    } catch (IOException e) {
      throw new SidereusException(
          "cannot remove the checkpoint " + file + ": " + e.getMessage(), e);
    }
  }

  /** The four 16 bit parts of a whole number, each exact in single precision. */
  private static Tensor bits(long value) {
    ByteBuffer bytes = ByteBuffer.allocate(Long.BYTES).putLong(0, value);
    float[] parts = new float[Long.BYTES / Short.BYTES];
    for (int i = 0; i < parts.length; i++) {
      parts[i] = bytes.getShort(i * Short.BYTES);
    }
    return Tensor.vector(parts);
  }

  private static long number(Weights saved, String name) {
    ByteBuffer bytes = ByteBuffer.allocate(Long.BYTES);
    for (float part : saved.get(name).values()) {
      bytes.putShort((short) part);
    }
    return bytes.getLong(0);
  }
}
