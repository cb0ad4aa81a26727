package org.sidereus.exporter.bundle;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.sidereus.engine.SidereusException;
import org.sidereus.engine.bundle.Feature;
import org.sidereus.engine.bundle.GraphContract;
import org.sidereus.engine.bundle.Manifest;
import org.sidereus.engine.bundle.Parameter;
import org.sidereus.exporter.check.Acceptance;
import org.sidereus.exporter.onnx.EmulatorGraph;
import org.sidereus.exporter.onnx.ForeignGraph;
import org.sidereus.exporter.onnx.PosteriorGraph.Correction;
import org.sidereus.exporter.onnx.PosteriorGraph.DerivedOutputs;
import org.sidereus.exporter.parity.GraphRun;
import org.sidereus.exporter.parity.ProcessorTimeLimit;
import org.sidereus.networks.EmulatorNetwork;
import org.sidereus.networks.Formula;
import org.sidereus.networks.Tensor;

/** Writes bundles whose posterior graph is one of another program. */
public final class BundleImporter implements ForeignPosterior {
  private static final Duration LONGEST_TRIAL = Duration.ofMinutes(2);
  private static final int[][] TRIALS = {{1, 2}, {3, 5}, {2, 1}};

  private final ForeignGraph posterior;
  private final List<Formula> derived;
  private final @Nullable Path parity;

  /**
   * An importer of one graph, which is run to see whether its axes are free.
   *
   * @param file the graph
   * @param draft manifest of the bundle
   * @param derived formulas of the derived quantities, in the order of the manifest
   * @param parity numbers of the framework that trained it ({@code parity.safetensors}); null: none
   * @throws SidereusException where the graph is refused, or does not run for some numbers of
   *     objects and samples
   */
  public BundleImporter(Path file, Manifest draft, List<Formula> derived, @Nullable Path parity) {
    posterior =
        ForeignGraph.read(
            file,
            draft.parameters().stream().map(Parameter::name).toList(),
            draft.features().stream().map(BundleImporter::column).toList());
    this.derived = List.copyOf(derived);
    this.parity = parity;
    tryOut(file, draft);
  }

  @Override
  public List<String> adapted() {
    return posterior.adapted();
  }

  @Override
  public void write(
      Manifest draft, @Nullable EmulatorNetwork emulator, Acceptance acceptance, Path out) {
    NewBundle bundle = new NewBundle(out, acceptance);
    Optional<Correction> correction =
        emulator == null ? Optional.empty() : Correction.of(draft, emulator);
    DerivedOutputs outputs =
        new DerivedOutputs(derived, Arrays.stream(draft.covariateColumns()).boxed().toList());
    Map<String, byte[]> graphs = new LinkedHashMap<>();
    graphs.put(Manifest.POSTERIOR, posterior.posterior(correction, outputs));
    if (emulator != null) {
      graphs.put(Manifest.EMULATOR, EmulatorGraph.of(emulator));
    }
    bundle.write(
        draft.toBuilder()
            .files(Map.of())
            .sharedErrors(correction.isPresent())
            .likelihood(correction.isPresent())
            .build(),
        graphs,
        parity == null ? Map.of() : Map.of(Manifest.PARITY, parity));
  }

  private void tryOut(Path file, Manifest draft) {
    byte[] graph = posterior.posterior(Optional.empty(), DerivedOutputs.NONE);
    try (GraphRun run = open(graph, file)) {
      new ProcessorTimeLimit(LONGEST_TRIAL)
          .run(
              () -> {
                tryOut(run, file, draft);
                return true;
              },
              run::end);
    } catch (TimeoutException e) {
      throw new SidereusException(
          "%s: TOO_SLOW: it takes more than %d s of processor time for a handful of samples; use a smaller network or fewer steps"
              .formatted(file, LONGEST_TRIAL.toSeconds()),
          e);
    }
  }

  private static void tryOut(GraphRun run, Path file, Manifest draft) {
    int f = draft.features().size();
    int d = draft.parameters().size();
    for (int[] sizes : TRIALS) {
      int objects = sizes[0];
      int samples = sizes[1];
      Map<String, Tensor> inputs =
          Map.of(
              GraphContract.FEATURES, Tensor.matrix(objects, f, new float[objects * f]),
              GraphContract.NOISE, Tensor.matrix(samples, d, new float[samples * d]));
      String where = "%s, run for %d objects and %d samples,".formatted(file, objects, samples);
      Map<String, Tensor> outputs;
      try {
        outputs = run.outputs(inputs);
      } catch (SidereusException e) {
        throw new SidereusException(
            where
                + " fails: its axes are fixed, or its steps do not fit ("
                + e.getMessage()
                + "); export it with dynamic_axes={'x': {0: 'B'}, 'noise': {0: 'S'}}, and in the"
                + " module take sizes from x.shape and noise.shape",
            e);
      }
      requireShape(where, outputs, GraphContract.THETA, objects, samples, d);
      requireShape(where, outputs, GraphContract.LOG_PROB, objects, samples);
    }
  }

  private static GraphRun open(byte[] graph, Path file) {
    try {
      return new GraphRun(graph);
    } catch (SidereusException e) {
      throw new SidereusException(
          file + ": " + e.getMessage() + "; export it again with opset_version=17", e);
    }
  }

  private static void requireShape(
      String where, Map<String, Tensor> outputs, String name, Integer... shape) {
    List<Integer> found = new ArrayList<>();
    Tensor output = outputs.get(name);
    if (output != null) {
      found.addAll(output.shape());
    }
    if (!found.equals(List.of(shape))) {
      throw new SidereusException(
          "%s gives %s of shape %s instead of %s; theta is [objects, samples, parameters] and log_prob [objects, samples], and no axis is fixed"
              .formatted(where, name, found, List.of(shape)));
    }
  }

  private static String column(Feature feature) {
    return switch (feature.kind()) {
      case VALUE, COVARIATE -> feature.of();
      case ERROR, COVARIATE_ERROR -> feature.of() + "_error";
      case MASK, COVARIATE_MASK -> feature.of() + "_mask";
    };
  }
}
