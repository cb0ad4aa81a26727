package org.sidereus.trainer.data;

import java.util.List;
import java.util.random.RandomGenerator;
import org.sidereus.model.bundle.Normal;
import org.sidereus.model.bundle.Parameter;
import org.sidereus.model.bundle.Prior;
import org.sidereus.model.bundle.TruncatedNormal;
import org.sidereus.model.bundle.Uniform;

/** How the parameters of a training set are spread. */
public sealed interface Design {

  /** One draw of all parameters [D]. */
  double[] draw(RandomGenerator random);

  /** What it is, for provenance. */
  String description();

  /**
   * Draws from the prior.
   *
   * @param parameters parameters of the model
   */
  record FromPrior(List<Parameter> parameters) implements Design {
    @Override
    public double[] draw(RandomGenerator random) {
      double[] theta = new double[parameters.size()];
      for (int i = 0; i < theta.length; i++) {
        theta[i] = parameters.get(i).prior().sample(random);
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
   * @param parameters parameters of the model
   * @param held values of the parameters that are held [D]; NaN for those that are drawn
   */
  record FromPriorGiven(List<Parameter> parameters, double[] held) implements Design {
    @Override
    public double[] draw(RandomGenerator random) {
      double[] theta = new double[parameters.size()];
      for (int i = 0; i < theta.length; i++) {
        theta[i] = Double.isNaN(held[i]) ? parameters.get(i).prior().sample(random) : held[i];
      }
      return theta;
    }

    @Override
    public String description() {
      return "prior given some parameters";
    }
  }

  /**
   * Uniform over the prior's mean plus and minus some standard deviations, inside its bounds; a
   * parameter with a uniform prior over all of its range.
   *
   * @param parameters parameters of the model
   * @param sigmas half the width in standard deviations of the prior, above 0
   */
  record UniformBox(List<Parameter> parameters, double sigmas) implements Design {
    public UniformBox {
      if (!(sigmas > 0)) {
        throw new IllegalArgumentException("sigmas must be above 0 but is " + sigmas);
      }
    }

    @Override
    public double[] draw(RandomGenerator random) {
      double[] theta = new double[parameters.size()];
      for (int i = 0; i < theta.length; i++) {
        Prior prior = parameters.get(i).prior();
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
