package org.sidereus.simulators.casefile;

import java.util.List;
import java.util.function.Supplier;
import org.sidereus.engine.SidereusException;
import org.sidereus.engine.bundle.Covariate;
import org.sidereus.engine.bundle.Observable;
import org.sidereus.engine.bundle.Parameter;
import org.sidereus.simulators.model.DerivedQuantity;
import org.sidereus.simulators.model.ForwardModel;

/**
 * The model of a case file.
 *
 * @param caseFile what the model has
 * @param runners make what runs it
 */
public record CaseModel(CaseFile caseFile, Supplier<ForwardModel.Runner> runners)
    implements ForwardModel {

  /** The model of a case whose runs are in a table: it says what it has, and cannot run. */
  public static CaseModel ofTable(CaseFile caseFile) {
    return new CaseModel(
        caseFile,
        () -> {
          throw new SidereusException(
              "the case " + caseFile.name() + " has no simulator here, only a table of its runs");
        });
  }

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
    return runners.get();
  }
}
