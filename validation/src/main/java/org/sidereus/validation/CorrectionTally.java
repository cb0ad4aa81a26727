package org.sidereus.validation;

import java.util.Optional;
import java.util.stream.DoubleStream;
import org.sidereus.engine.inference.Samples;

/** Collects how many samples the importance weights of each object are worth. */
final class CorrectionTally {
  private final DoubleStream.Builder effective = DoubleStream.builder();
  private int samples;
  private int tooFew;
  private double squares;
  private long means;

  /** Adds an object. An object without weights, whose likelihood is not known, is not counted. */
  void add(Samples object) {
    if (object.logWeight() == null) {
      return;
    }
    samples = object.count();
    WeightedSamples weighted = WeightedSamples.weighted(object);
    effective.add(weighted.effectiveSize());
    if (!weighted.isBelieved()) {
      tooFew++;
      return;
    }
    WeightedSamples plain = WeightedSamples.of(object);
    for (int d = 0; d < object.parameters(); d++) {
      double shift = (weighted.mean(d) - plain.mean(d)) / weighted.sd(d);
      squares += shift * shift;
      means++;
    }
  }

  /** The summary; empty where no object has weights. */
  Optional<ImportanceCorrection> correction() {
    double[] sizes = effective.build().toArray();
    return sizes.length == 0
        ? Optional.empty()
        : Optional.of(ImportanceCorrection.of(samples, sizes, tooFew, Math.sqrt(squares / means)));
  }
}
