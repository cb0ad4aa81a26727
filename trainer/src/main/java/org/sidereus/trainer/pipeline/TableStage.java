package org.sidereus.trainer.pipeline;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;
import org.sidereus.networks.Tensor;
import org.sidereus.networks.Weights;
import org.sidereus.simulators.casefile.CaseTable;
import org.sidereus.simulators.casefile.TableNoise;
import org.sidereus.simulators.sets.TrainingSet;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Divides the runs of a table, in random order: to train, to stop, and to validate. */
final class TableStage implements StageWork {
  private static final Logger LOG = LoggerFactory.getLogger(TableStage.class);

  private final StageContext context;
  private final TableRuns table;

  TableStage(StageContext context, TableRuns table) {
    this.context = context;
    this.table = table;
  }

  @Override
  public Map<String, Object> run() {
    WorkDirectory work = context.work();
    TrainingSet all = shuffled(table.rows().set());
    int training = table.training();
    int validation = training + table.validation();
    observables(all.between(0, training)).write(work.prior());
    observables(all.between(training, validation)).write(work.priorValidation());
    TrainingSet heldOut = all.between(validation, all.rows());
    observables(heldOut).write(work.heldOut());
    table.writeHeldOut(heldOut, work.heldOutTable());
    writeErrors(all.between(0, training));
    LOG.info(
        "simulate: {} runs of the table train, {} say when to stop, {} are held out in {}",
        training,
        table.validation(),
        heldOut.rows(),
        work.heldOutTable());
    Map<String, Object> results = new LinkedHashMap<>();
    results.put("void_runs", Map.of("table", table.rows().voidRows()));
    results.put("training_rows", training);
    results.put("validation_rows", table.validation());
    results.put("held_out_rows", heldOut.rows());
    return results;
  }

  private TrainingSet shuffled(TrainingSet set) {
    RandomGenerator random = context.streams().at("table order", 0);
    int[] order = new int[set.rows()];
    for (int i = 0; i < order.length; i++) {
      int other = random.nextInt(i + 1);
      order[i] = order[other];
      order[other] = i;
    }
    return new TrainingSet(
        set.rows(),
        inOrder(set.parameters(), set.parameterCount(), order),
        inOrder(set.observables(), set.observableCount(), order));
  }

  private static float[] inOrder(float[] values, int width, int[] order) {
    float[] sorted = new float[values.length];
    for (int i = 0; i < order.length; i++) {
      System.arraycopy(values, order[i] * width, sorted, i * width, width);
    }
    return sorted;
  }

  /** A noiseless set without its errors: a flow sees the errors of other rows. */
  private TrainingSet observables(TrainingSet set) {
    int m = table.caseFile().observables().size();
    return table.caseFile().simulations() == TableNoise.NOISY || set.observableCount() == m
        ? set
        : set.withObservables(m);
  }

  private void writeErrors(TrainingSet set) {
    float[] errors = CaseTable.errors(table.caseFile(), set);
    int columns = errors.length / set.rows();
    if (columns > 0) {
      new Weights(Map.of("errors", new Tensor(List.of(set.rows(), columns), errors)))
          .write(context.work().tableErrors());
    }
  }
}
