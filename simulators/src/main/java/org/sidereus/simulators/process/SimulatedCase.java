package org.sidereus.simulators.process;

import java.util.ArrayList;
import java.util.List;
import org.sidereus.engine.Nearest;
import org.sidereus.engine.SidereusException;
import org.sidereus.engine.bundle.Observable;
import org.sidereus.simulators.casefile.CaseFile;
import org.sidereus.simulators.casefile.CaseModel;
import org.sidereus.simulators.model.ForwardModel;
import org.sidereus.simulators.model.SimulationResult;

/**
 * A case file that a simulator runs. Inputs and observables are matched by their names: the
 * simulator may have them in another order, and more observables.
 */
public final class SimulatedCase {
  private final CaseFile caseFile;
  private final NamedSimulator simulator;

  /** Place in the case of each input of the simulator. */
  private final int[] inputs;

  /** Place in the simulator of each observable of the case. */
  private final int[] observables;

  /**
   * A case with its simulator.
   *
   * @throws SidereusException if the names of case and simulator do not match, or the case has what
   *     only a table can have
   */
  public SimulatedCase(CaseFile caseFile, NamedSimulator simulator) {
    if (!caseFile.hasIndependentPriors()) {
      throw new SidereusException(
          "the case "
              + caseFile.name()
              + " has correlations, which a table of simulations can have but draws for a simulator"
              + " cannot; remove them, or draw a table with them");
    }
    this.caseFile = caseFile;
    this.simulator = simulator;
    List<String> known = caseFile.inputs().names();
    inputs = places(simulator.inputs(), known, "input", "the case has");
    places(known, simulator.inputs(), "parameter or covariate", "the simulator takes");
    observables =
        places(
            caseFile.modelObservables().stream().map(Observable::name).toList(),
            simulator.observables(),
            "observable",
            "the simulator gives");
  }

  private int[] places(List<String> wanted, List<String> there, String what, String whose) {
    int[] places = new int[wanted.size()];
    for (int i = 0; i < places.length; i++) {
      places[i] = there.indexOf(wanted.get(i));
      if (places[i] < 0) {
        throw new SidereusException(
            "the case %s and the simulator '%s' do not match: there is the %s %s, but %s %s; the nearest is %s. Give it one name"
                .formatted(
                    caseFile.name(),
                    simulator.description(),
                    what,
                    wanted.get(i),
                    whose,
                    String.join(", ", there),
                    Nearest.of(wanted.get(i), there)));
      }
    }
    return places;
  }

  /** The model. */
  public ForwardModel model() {
    return new CaseModel(caseFile, this::newRunner);
  }

  private ForwardModel.Runner newRunner() {
    ForwardModel.Runner runner = simulator.newRunner();
    return ForwardModel.Runner.ofMany(
        rows -> {
          double[][] arranged = new double[rows.length][];
          for (int i = 0; i < rows.length; i++) {
            arranged[i] = picked(rows[i], inputs);
          }
          List<SimulationResult> results = new ArrayList<>();
          for (SimulationResult result : runner.runAll(arranged)) {
            results.add(
                result instanceof SimulationResult.Observables y
                    ? new SimulationResult.Observables(picked(y.y(), observables))
                    : result);
          }
          return results.toArray(SimulationResult[]::new);
        });
  }

  private static double[] picked(double[] values, int[] places) {
    double[] picked = new double[places.length];
    for (int i = 0; i < picked.length; i++) {
      picked[i] = values[places[i]];
    }
    return picked;
  }
}
