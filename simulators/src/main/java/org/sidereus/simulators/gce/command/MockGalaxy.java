package org.sidereus.simulators.gce.command;

import java.util.List;
import java.util.SplittableRandom;
import org.sidereus.engine.SidereusException;
import org.sidereus.engine.bundle.Parameter;
import org.sidereus.simulators.gce.GceModel;
import org.sidereus.simulators.model.ForwardModel;
import org.sidereus.simulators.model.SimulationResult;

/**
 * A made-up galaxy: its stars share the parameters of the galaxy and draw their own from the prior.
 *
 * @param name name of the group
 * @param alphaImf true slope of the initial mass function
 * @param log10NIa true log10 of the number of supernovae Ia per Msun
 */
record MockGalaxy(String name, double alphaImf, double log10NIa) {
  /** A galaxy with more void draws than this in a row has no stars. */
  private static final int MOST_VOID_DRAWS = 1000;

  /**
   * A star.
   *
   * @param theta true parameters [6]
   * @param observed abundances [8] with noise, dex
   */
  record Star(double[] theta, double[] observed) {}

  MockGalaxy {
    if (name.isBlank()) {
      throw new IllegalArgumentException("name must not be blank");
    }
    if (!Double.isFinite(alphaImf) || !Double.isFinite(log10NIa)) {
      throw new IllegalArgumentException("the parameters of " + name + " must be finite");
    }
  }

  /**
   * Makes stars.
   *
   * @param n number of stars
   * @param noiseDex standard deviation of the noise of each abundance, dex
   * @param random source of all draws
   * @return stars [n]; draws that the model calls void are replaced
   * @throws SidereusException if the parameters of the galaxy leave no star
   */
  Star[] stars(GceModel model, int n, double noiseDex, SplittableRandom random) {
    ForwardModel.Runner runner = model.newRunner();
    Star[] stars = new Star[n];
    for (int i = 0; i < n; i++) {
      stars[i] = star(model.parameters(), runner, noiseDex, random);
    }
    return stars;
  }

  private Star star(
      List<Parameter> parameters,
      ForwardModel.Runner runner,
      double noiseDex,
      SplittableRandom random) {
    for (int draw = 0; draw < MOST_VOID_DRAWS; draw++) {
      double[] theta = new double[parameters.size()];
      for (int i = 0; i < theta.length; i++) {
        theta[i] =
            switch (parameters.get(i).name()) {
              case GceModel.ALPHA_IMF -> alphaImf;
              case GceModel.LOG10_N_IA -> log10NIa;
              default -> parameters.get(i).prior().sample(random);
            };
      }
      if (runner.run(theta) instanceof SimulationResult.Observables truth) {
        double[] observed = truth.y();
        for (int i = 0; i < observed.length; i++) {
          observed[i] += noiseDex * random.nextGaussian();
        }
        return new Star(theta, observed);
      }
    }
    throw new SidereusException(
        "galaxy "
            + name
            + " has no stars: alpha_IMF "
            + alphaImf
            + " and log10_N_Ia "
            + log10NIa
            + " are too far from the prior; choose others");
  }
}
