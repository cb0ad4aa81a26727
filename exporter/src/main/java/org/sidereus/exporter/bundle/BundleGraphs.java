package org.sidereus.exporter.bundle;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.sidereus.engine.bundle.Manifest;
import org.sidereus.exporter.onnx.DensityGraph;
import org.sidereus.exporter.onnx.EmulatorGraph;
import org.sidereus.exporter.onnx.PosteriorGraph;
import org.sidereus.exporter.onnx.PosteriorGraph.Correction;
import org.sidereus.exporter.parity.ParityCheck;
import org.sidereus.networks.EmulatorNetwork;
import org.sidereus.networks.FlowNetwork;
import org.sidereus.networks.Formula;
import org.sidereus.networks.Tensor;

/**
 * The graphs of a bundle, as bytes of their files.
 *
 * @param posterior {@code posterior.onnx}
 * @param density {@code density.onnx}; null: the bundle has none
 * @param emulator {@code emulator.onnx}; null: the bundle has none, and no likelihood
 * @param sharedErrors whether the posterior graph takes errors that measurements share
 */
record BundleGraphs(
    byte[] posterior, byte @Nullable [] density, byte @Nullable [] emulator, boolean sharedErrors) {

  /**
   * The graphs of a bundle.
   *
   * @param emulator null: the bundle has no likelihood
   * @param derived formulas of the derived quantities
   * @param density whether there is a density graph
   * @param draft its manifest
   */
  static BundleGraphs of(
      FlowNetwork flow,
      @Nullable EmulatorNetwork emulator,
      List<Formula> derived,
      boolean density,
      Manifest draft) {
    Optional<Correction> correction =
        emulator == null ? Optional.empty() : Correction.of(draft, emulator);
    return new BundleGraphs(
        PosteriorGraph.of(flow, shared(draft), correction, derivedOutputs(derived, draft)),
        density ? DensityGraph.of(flow) : null,
        emulator == null ? null : EmulatorGraph.of(emulator),
        correction.isPresent());
  }

  private static PosteriorGraph.DerivedOutputs derivedOutputs(
      List<Formula> derived, Manifest draft) {
    return new PosteriorGraph.DerivedOutputs(
        derived, Arrays.stream(draft.covariateColumns()).boxed().toList());
  }

  private static List<Integer> shared(Manifest draft) {
    return Arrays.stream(draft.sharedIndices()).boxed().toList();
  }

  /** Compares each graph with the network it should compute. */
  List<ParityCheck.Report> check(
      FlowNetwork flow,
      @Nullable EmulatorNetwork network,
      List<Formula> derived,
      Manifest draft,
      @Nullable Tensor observed) {
    ParityCheck check = new ParityCheck(observed);
    List<ParityCheck.Report> reports = new ArrayList<>();
    reports.add(check.posterior(flow, posterior, shared(draft)));
    if (network != null) {
      Correction.of(draft, network)
          .ifPresent(correction -> reports.add(check.weights(flow, correction, posterior)));
    }
    if (!derived.isEmpty()) {
      reports.add(check.derived(flow, derivedOutputs(derived, draft), posterior));
    }
    if (density != null) {
      reports.add(check.density(flow, density));
    }
    if (network != null && emulator != null) {
      reports.add(
          network.spec().observables().isEmpty()
              ? check.emulator(network, emulator)
              : check.emulator(network, draft.inputPriors(), emulator));
    }
    return reports;
  }

  Map<String, byte[]> files() {
    Map<String, byte[]> files = new LinkedHashMap<>();
    files.put(Manifest.POSTERIOR, posterior);
    if (density != null) {
      files.put(Manifest.DENSITY, density);
    }
    if (emulator != null) {
      files.put(Manifest.EMULATOR, emulator);
    }
    return files;
  }
}
