package org.sidereus.simulators.casefile;

import java.util.List;
import java.util.stream.Stream;
import org.sidereus.engine.bundle.Correlation;
import org.sidereus.engine.bundle.Covariate;
import org.sidereus.engine.bundle.Parameter;
import org.sidereus.engine.bundle.ParameterPriors;
import org.sidereus.engine.bundle.Prior;

/**
 * The inputs of a run of the simulator.
 *
 * @param parameters what is inferred
 * @param correlations of the priors of normal parameters; empty: the priors are independent
 * @param covariates what else the model depends on and is known of each object
 */
public record CaseInputs(
    List<Parameter> parameters, List<Correlation> correlations, List<Covariate> covariates) {

  /**
   * Checks the priors.
   *
   * @throws IllegalArgumentException with what is wrong and what to do
   */
  public CaseInputs {
    parameters = List.copyOf(parameters);
    correlations = List.copyOf(correlations);
    covariates = List.copyOf(covariates);
    new ParameterPriors(parameters, correlations); // checks them
  }

  /** Names of parameters and covariates, in the order of a run's inputs. */
  public List<String> names() {
    return Stream.concat(
            parameters.stream().map(Parameter::name), covariates.stream().map(Covariate::name))
        .toList();
  }

  /** The distributions of a run's inputs [D + C], each by itself. */
  public List<Prior> distributions() {
    return Stream.concat(
            parameters.stream().map(Parameter::prior), covariates.stream().map(Covariate::training))
        .toList();
  }
}
