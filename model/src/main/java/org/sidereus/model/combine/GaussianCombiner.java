package org.sidereus.model.combine;

import org.sidereus.model.bundle.Manifest;
import org.sidereus.model.engine.ObjectSummary;

/** Combination of posteriors in the Gaussian approximation. */
public final class GaussianCombiner implements Combiner {

  public GaussianCombiner(Manifest manifest) {}

  @Override
  public int length() {
    throw new UnsupportedOperationException();
  }

  @Override
  public double[] contribution(ObjectSummary posterior) {
    throw new UnsupportedOperationException();
  }

  @Override
  public GroupSummary combine(long objects, double[] sum) {
    throw new UnsupportedOperationException();
  }
}
