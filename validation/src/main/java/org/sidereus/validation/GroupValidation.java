package org.sidereus.validation;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.random.RandomGenerator;
import org.sidereus.engine.Progress;
import org.sidereus.engine.ProgressReporter;
import org.sidereus.engine.bundle.Manifest;
import org.sidereus.engine.bundle.Parameter;
import org.sidereus.engine.combination.CombinationMethod;
import org.sidereus.engine.combination.Combiner;
import org.sidereus.engine.combination.GroupState;
import org.sidereus.engine.combination.GroupSummary;
import org.sidereus.engine.inference.ObjectSummary;
import org.sidereus.engine.inference.PosteriorEngine;
import org.sidereus.simulators.run.RandomStreams;
import org.sidereus.simulators.sets.Design;
import org.sidereus.simulators.sets.ObservationModel;

/**
 * Mock groups: shared parameters drawn from the prior, objects with their own local ones, combined
 * as in the stream. The smaller groups are the first objects of the largest.
 */
final class GroupValidation {
  private final Manifest manifest;
  private final TruthSource truth;
  private final ObservationModel survey;
  private final RandomStreams streams;

  GroupValidation(
      Manifest manifest, TruthSource truth, ObservationModel survey, RandomStreams streams) {
    this.manifest = manifest;
    this.truth = truth;
    this.survey = survey;
    this.streams = streams;
  }

  /** Calibrates; one entry for each size and shared parameter. */
  List<GroupCalibration> run(
      PosteriorEngine engine, ValidationCounts counts, ProgressReporter reporter) {
    int groups = counts.groups();
    List<Integer> sizes = counts.groupSizes();
    List<Parameter> shared = manifest.sharedParameters();
    int k = shared.size();
    if (k == 0 || groups == 0) {
      return List.of();
    }
    double[][][] residuals = new double[sizes.size()][k][groups];
    double[][][] ranks = new double[sizes.size()][k][groups];
    double[][][] sds = new double[sizes.size()][k][groups];
    double[][] truths = new double[k][groups];
    int[] gaussian = new int[sizes.size()];
    int[] unreliable = new int[sizes.size()];
    Combiner combiner = Combiner.of(manifest);
    try (Progress progress = reporter.start("groups", groups)) {
      for (int g = 0; g < groups; g++) {
        double[] held = held(g);
        List<ObjectSummary> members = members(engine, g, held, sizes.get(sizes.size() - 1));
        GroupState state = GroupState.empty(combiner.length());
        for (int s = 0; s < sizes.size(); s++) {
          while (state.objects() < sizes.get(s)) {
            state = state.plus(combiner.contribution(members.get((int) state.objects())));
          }
          GroupSummary summary = combiner.combine(state);
          gaussian[s] += summary.factorized().method() == CombinationMethod.GAUSSIAN ? 1 : 0;
          unreliable[s] += summary.isMeasurement() ? 0 : 1;
          for (int i = 0; i < k; i++) {
            double value = held[manifest.sharedIndices()[i]];
            truths[i][g] = value;
            sds[s][i][g] = summary.sd(i);
            ranks[s][i][g] = summary.factorized().shareBelow(i, value);
            residuals[s][i][g] = (summary.mean()[i] - value) / summary.sd(i);
          }
        }
        progress.advance(1);
      }
    }
    List<GroupCalibration> all = new ArrayList<>();
    for (int s = 0; s < sizes.size(); s++) {
      for (int i = 0; i < k; i++) {
        all.add(
            GroupCalibration.of(
                shared.get(i).name(),
                sizes.get(s),
                gaussian[s],
                unreliable[s],
                new GroupTruths(truths[i], residuals[s][i], ranks[s][i]),
                sds[s][i]));
      }
    }
    return all;
  }

  /** The shared parameters of a group; NaN for the others. */
  private double[] held(int group) {
    RandomGenerator random = streams.at("validation groups", group);
    double[] held = new double[manifest.inputPriors().size()];
    Arrays.fill(held, Double.NaN);
    for (int d : manifest.sharedIndices()) {
      held[d] = (float) manifest.parameters().get(d).prior().sample(random);
    }
    return held;
  }

  private List<ObjectSummary> members(PosteriorEngine engine, int group, double[] held, int size) {
    String purpose = "validation members of group " + group;
    Design design = new Design.FromPriorGiven(manifest.inputPriors(), held);
    ObservedObjects objects =
        ObservedObjects.observe(
            truth.draw(design, size, streams, purpose), survey, streams, purpose + " noise");
    return engine.infer(objects.rows());
  }
}
