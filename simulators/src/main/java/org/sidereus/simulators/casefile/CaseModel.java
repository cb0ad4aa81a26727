package org.sidereus.simulators.casefile;

import java.util.List;
import org.sidereus.engine.SidereusException;
import org.sidereus.engine.bundle.Covariate;
import org.sidereus.engine.bundle.Observable;
import org.sidereus.engine.bundle.Parameter;
import org.sidereus.simulators.model.DerivedQuantity;
import org.sidereus.simulators.model.ForwardModel;

/**
 * The model of a case file whose runs are in a table: it says what it has, and cannot run.
 *
 * @param caseFile the case
 */
public record CaseModel(CaseFile caseFile) implements ForwardModel {
  @Override
  public String name() {
    return caseFile.name();
  }

  @Override
  public List<Parameter> parameters() {
    return caseFile.parameters();
  }

  @Override
  public List<Covariate> covariates() {
    return caseFile.covariates();
  }

  @Override
  public List<Observable> observables() {
    return caseFile.modelObservables();
  }

  @Override
  public List<DerivedQuantity> derived() {
    return caseFile.derived();
  }

  @Override
  public Runner newRunner() {
    throw new SidereusException(
        "the case " + name() + " has no simulator here, only a table of its runs");
  }
}
