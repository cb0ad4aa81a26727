package org.sidereus.simulators.sets;

import java.util.List;
import java.util.Set;
import java.util.random.RandomGenerator;
import org.sidereus.engine.bundle.LogUniform;
import org.sidereus.engine.bundle.Normal;
import org.sidereus.engine.bundle.Prior;
import org.sidereus.engine.bundle.TruncatedNormal;

/** How the parameters of a training set are spread. */
public sealed interface Design {

  /** One draw of all inputs of a model, parameters and covariates [D + C]. */
  double[] draw(RandomGenerator random);

  /** A few words on it, for provenance. */
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
   * Draws from the prior with some of the parameters fixed, such as those that the objects of a
   * group share.
   *
   * @param priors distributions of the inputs of the model
   * @param held values of the fixed inputs [D + C]; NaN for an input that is drawn
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
   * Some of the inputs of one design with the others of another, such as shared parameters spread
   * over more than the prior.
   *
   * @param inputs those of the wide design
   * @param wide design of these
   * @param others design of the others
   */
  record Spread(Set<Integer> inputs, Design wide, Design others) implements Design {
    public Spread {
      inputs = Set.copyOf(inputs);
    }

    @Override
    public double[] draw(RandomGenerator random) {
      double[] theta = others.draw(random);
      double[] wider = wide.draw(random);
      for (int input : inputs) {
        theta[input] = wider[input];
      }
      return theta;
    }

    @Override
    public String description() {
      return "some " + wide.description() + ", others " + others.description();
    }
  }

  /**
   * Uniform over the prior's mean plus and minus some standard deviations, inside its bounds; an
   * input with a uniform or log-uniform prior over all of its range. What acts by its logarithm, or
   * has a log-uniform prior, is spread evenly in that, so that its smallest values are not rare.
   *
   * @param priors distributions of the inputs of the model
   * @param sigmas half the width in standard deviations of the prior, above 0
   * @param logarithmic inputs that act by their logarithm, whose ranges are above 0
   */
  record UniformBox(List<Prior> priors, double sigmas, Set<Integer> logarithmic) implements Design {
    public UniformBox {
      if (!(sigmas > 0)) {
        throw new IllegalArgumentException("sigmas must be above 0 but is " + sigmas);
      }
      logarithmic = Set.copyOf(logarithmic);
      for (int input : logarithmic) {
        if (!(lower(priors.get(input), sigmas) > 0)) {
          throw new IllegalArgumentException("input " + input + " has no logarithm at its least");
        }
      }
    }

    @Override
    public double[] draw(RandomGenerator random) {
      double[] theta = new double[priors.size()];
      for (int i = 0; i < theta.length; i++) {
        Prior prior = priors.get(i);
        double lower = lower(prior, sigmas);
        double share = random.nextDouble();
        theta[i] =
            logarithmic.contains(i) || prior instanceof LogUniform
                ? lower * Math.pow(upper(prior) / lower, share)
                : lower + (upper(prior) - lower) * share;
      }
      return theta;
    }

    private static double lower(Prior prior, double sigmas) {
      if (prior instanceof Normal normal) {
        return normal.mean() - sigmas * normal.sd();
      }
      if (prior instanceof TruncatedNormal cut) {
        return Math.max(cut.lower(), cut.untruncatedMean() - sigmas * cut.untruncatedSd());
      }
      return prior.lower();
    }

    private double upper(Prior prior) {
      if (prior instanceof Normal normal) {
        return normal.mean() + sigmas * normal.sd();
      }
      if (prior instanceof TruncatedNormal cut) {
        return Math.min(cut.upper(), cut.untruncatedMean() + sigmas * cut.untruncatedSd());
      }
      return prior.upper();
    }

    @Override
    public String description() {
      return "uniform over " + sigmas + " standard deviations of the prior";
    }
  }
}
