package org.sidereus.trainer.data;

import java.util.List;
import java.util.random.RandomGenerator;
import org.sidereus.model.bundle.Normal;
import org.sidereus.model.bundle.Prior;
import org.sidereus.model.bundle.TruncatedNormal;
import org.sidereus.model.bundle.Uniform;

/** How the parameters of a training set are spread. */
public sealed interface Design {

  /** One draw of all inputs of a model, parameters and covariates [D + C]. */
  double[] draw(RandomGenerator random);

  /** What it is, for provenance. */
  String description();

  /**
   * Draws from the prior.
   *
   * @param priors distributions of the inputs of the model
   */
  record FromPrior(List<Prior> priors) implements Design {
    @Override
    public double[] draw(RandomGenerator random) {
      double[] theta = new double[priors.size()];
      for (int i = 0; i < theta.length; i++) {
        theta[i] = priors.get(i).sample(random);
      }
      return theta;
    }

    @Override
    public String description() {
      return "prior";
    }
  }

  /**
   * Draws from the prior with some of the parameters held fast, such as those that the objects of a
   * group share.
   *
   * @param priors distributions of the inputs of the model
   * @param held values of the parameters that are held [D + C]; NaN for what is drawn
   */
  record FromPriorGiven(List<Prior> priors, double[] held) implements Design {
    @Override
    public double[] draw(RandomGenerator random) {
      double[] theta = new double[priors.size()];
      for (int i = 0; i < theta.length; i++) {
        theta[i] = Double.isNaN(held[i]) ? priors.get(i).sample(random) : held[i];
      }
      return theta;
    }

    @Override
    public String description() {
      return "prior given some parameters";
    }
  }

  /**
   * Uniform over the prior's mean plus and minus some standard deviations, inside its bounds; an
   * input with a uniform prior over all of its range.
   *
   * @param priors distributions of the inputs of the model
   * @param sigmas half the width in standard deviations of the prior, above 0
   */
  record UniformBox(List<Prior> priors, double sigmas) implements Design {
    public UniformBox {
      if (!(sigmas > 0)) {
        throw new IllegalArgumentException("sigmas must be above 0 but is " + sigmas);
      }
    }

    @Override
    public double[] draw(RandomGenerator random) {
      double[] theta = new double[priors.size()];
      for (int i = 0; i < theta.length; i++) {
        Prior prior = priors.get(i);
        double lower = lower(prior);
        theta[i] = lower + (upper(prior) - lower) * random.nextDouble();
      }
      return theta;
    }

    private double lower(Prior prior) {
      if (prior instanceof Normal normal) {
        return normal.mean() - sigmas * normal.sd();
      }
      if (prior instanceof TruncatedNormal cut) {
        return Math.max(cut.lower(), cut.untruncatedMean() - sigmas * cut.untruncatedSd());
      }
      return ((Uniform) prior).lower();
    }

    private double upper(Prior prior) {
      if (prior instanceof Normal normal) {
        return normal.mean() + sigmas * normal.sd();
      }
      if (prior instanceof TruncatedNormal cut) {
        return Math.min(cut.upper(), cut.untruncatedMean() + sigmas * cut.untruncatedSd());
      }
      return ((Uniform) prior).upper();
    }

    @Override
    public String description() {
      return "uniform over " + sigmas + " standard deviations of the prior";
    }
  }
}
