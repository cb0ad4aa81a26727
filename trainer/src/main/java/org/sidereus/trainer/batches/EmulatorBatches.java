package org.sidereus.trainer.batches;

import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.sidereus.networks.EmulatorSpec;
import org.sidereus.networks.Standardisation;
import org.sidereus.simulators.run.RandomStreams;
import org.sidereus.simulators.sets.TrainingSet;
import org.sidereus.trainer.training.BatchSizes;
import org.sidereus.trainer.training.BatchSource;

/**
 * Scaled parameters and outputs for an emulator: a share of each batch from the draws of the prior,
 * where accuracy counts, the rest from the wide design.
 */
public final class EmulatorBatches implements BatchSource {
  private final EmulatorSpec spec;
  private final BatchSizes sizes;
  private final double priorShare;
  private final TrainingSet wide;
  private final Shuffle wideOrder;
  private final @Nullable PriorRuns prior;

  /** The runs drawn from the prior, and the order in which they are taken. */
  private record PriorRuns(TrainingSet set, Shuffle order) {
    private static PriorRuns of(@Nullable TrainingSet set, RandomStreams streams) {
      TrainingSet given = Objects.requireNonNull(set, "priorShare is above 0, so prior is needed");
      return new PriorRuns(given, new Shuffle(given.rows(), streams, "emulator prior order"));
    }
  }

  /**
   * Batches of two sets.
   *
   * @param spec whose scaling is applied
   * @param sizes sizes of the batches
   * @param wide runs spread over more than the prior
   * @param prior runs drawn from the prior; null where {@code priorShare} is 0
   * @param priorShare share of a batch from {@code prior}, in [0, 1]
   */
  public EmulatorBatches(
      EmulatorSpec spec,
      BatchSizes sizes,
      TrainingSet wide,
      @Nullable TrainingSet prior,
      double priorShare,
      RandomStreams streams) {
    if (!(priorShare >= 0 && priorShare <= 1)) {
      throw new IllegalArgumentException("priorShare must be in [0, 1] but is " + priorShare);
    }
    this.spec = spec;
    this.sizes = sizes;
    this.wide = wide;
    this.priorShare = priorShare;
    this.wideOrder = new Shuffle(wide.rows(), streams, "emulator wide order");
    this.prior = priorShare > 0 ? PriorRuns.of(prior, streams) : null;
  }

  @Override
  public int firstWidth() {
    return spec.dimensions();
  }

  @Override
  public int secondWidth() {
    return spec.outputs();
  }

  @Override
  public void fill(long step, int size, float[] first, float[] second) {
    int fromPrior = (int) Math.round(priorShare * size);
    long priorStart = 0;
    long wideStart = 0;
    // the batches before this one, of all sizes
    for (long s = step; s > 0; ) {
      int before = sizes.at(s - 1);
      long begin = sizes.stageStart(s - 1);
      int beforePrior = (int) Math.round(priorShare * before);
      priorStart += (s - begin) * beforePrior;
      wideStart += (s - begin) * (before - beforePrior);
      s = begin;
    }
    for (int i = 0; i < size; i++) {
      if (prior != null && i < fromPrior) {
        copy(prior.set, prior.order.row(priorStart + i), i, first, second);
      } else {
        copy(wide, wideOrder.row(wideStart + i - fromPrior), i, first, second);
      }
    }
  }

  private void copy(TrainingSet set, int row, int to, float[] first, float[] second) {
    int d = spec.dimensions();
    for (int k = 0; k < d; k++) {
      first[to * d + k] =
          (float) spec.parameterScaling().get(k).standardised(set.parameters()[row * d + k]);
    }
    List<Standardisation> scaling = spec.outputScaling();
    int m = scaling.size();
    for (int k = 0; k < m; k++) {
      second[to * m + k] = (float) scaling.get(k).standardised(set.observables()[row * m + k]);
    }
  }

  /** All rows of a set, scaled. */
  public static float[][] scaled(EmulatorSpec spec, TrainingSet set) {
    EmulatorBatches batches =
        new EmulatorBatches(spec, new BatchSizes(1, 1, 1), set, null, 0, new RandomStreams(0));
    float[] first = new float[set.rows() * spec.dimensions()];
    float[] second = new float[set.rows() * spec.outputs()];
    for (int row = 0; row < set.rows(); row++) {
      batches.copy(set, row, row, first, second);
    }
    return new float[][] {first, second};
  }
}
