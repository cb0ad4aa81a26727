package org.sidereus.exporter.bundle;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.sidereus.engine.SidereusException;
import org.sidereus.engine.bundle.Manifest;
import org.sidereus.exporter.check.Acceptance;
import org.sidereus.exporter.parity.ParityCheck;
import org.sidereus.networks.EmulatorNetwork;
import org.sidereus.networks.FlowNetwork;
import org.sidereus.networks.Formula;
import org.sidereus.networks.Tensor;

/**
 * Writes bundles. A bundle appears under its name only when its graphs have passed the parity
 * check, it loads and it is accepted.
 */
public final class BundleExporter {
  private final FlowNetwork flow;
  private final @Nullable EmulatorNetwork emulator;
  private final @Nullable Tensor observed;
  private final List<Formula> derived;
  private final boolean density;
  private final Acceptance acceptance;

  /**
   * An exporter of one flow and the emulator that trained it.
   *
   * @param emulator null: the bundles have no likelihood
   * @throws SidereusException where the two have different parameters
   */
  public BundleExporter(FlowNetwork flow, @Nullable EmulatorNetwork emulator) {
    this(flow, emulator, null);
  }

  /**
   * An exporter that checks its graphs on observed features.
   *
   * @param observed rows [N, F], physical units; null: independent random ones
   * @throws SidereusException where flow and emulator have different parameters
   */
  public BundleExporter(
      FlowNetwork flow, @Nullable EmulatorNetwork emulator, @Nullable Tensor observed) {
    this(flow, emulator, List.of(), observed);
  }

  /**
   * An exporter of a bundle with derived quantities.
   *
   * @param emulator null: the bundle has no likelihood
   * @param derived their formulas, in the order of the manifest
   * @param observed rows [N, F], physical units; null: independent random ones
   */
  public BundleExporter(
      FlowNetwork flow,
      @Nullable EmulatorNetwork emulator,
      List<Formula> derived,
      @Nullable Tensor observed) {
    this(flow, emulator, derived, observed, true, Acceptance.ofAll());
  }

  private BundleExporter(
      FlowNetwork flow,
      @Nullable EmulatorNetwork emulator,
      List<Formula> derived,
      @Nullable Tensor observed,
      boolean density,
      Acceptance acceptance) {
    if (emulator != null && flow.spec().dimensions() > emulator.spec().dimensions()) {
      throw new SidereusException(
          "the flow has %d parameters but the emulator has %d; export networks of the same run"
              .formatted(flow.spec().dimensions(), emulator.spec().dimensions()));
    }
    this.flow = flow;
    this.emulator = emulator;
    this.observed = observed;
    this.derived = List.copyOf(derived);
    this.density = density;
    this.acceptance = acceptance;
  }

  /** The same exporter of bundles without {@code density.onnx}. */
  public BundleExporter withoutDensity() {
    return new BundleExporter(flow, emulator, derived, observed, false, acceptance);
  }

  /** The same exporter of bundles that are checked before they get their name. */
  public BundleExporter accepting(Acceptance bundles) {
    return new BundleExporter(flow, emulator, derived, observed, density, bundles);
  }

  /**
   * Writes a bundle.
   *
   * @param draft the manifest; its {@code files} and {@code shared_errors} are replaced
   * @param attachments other files of the bundle, such as those of the calibration, by their path
   *     in it
   * @param out folder of the bundle, which must not exist
   * @return how far each graph is from its network
   * @throws SidereusException where the draft does not fit the networks, a graph fails its check,
   *     the bundle is not accepted or a file cannot be written
   */
  public List<ParityCheck.Report> export(Manifest draft, Map<String, Path> attachments, Path out) {
    requireFit(draft);
    return write(BundleGraphs.of(flow, emulator, derived, density, draft), draft, attachments, out);
  }

  /** Writes given graphs, so that a test can give wrong ones. */
  List<ParityCheck.Report> write(
      BundleGraphs graphs, Manifest draft, Map<String, Path> attachments, Path out) {
    NewBundle bundle = new NewBundle(out, acceptance);
    List<ParityCheck.Report> reports = graphs.check(flow, emulator, derived, draft, observed);
    String failed =
        reports.stream()
            .filter(report -> !report.passed())
            .map(ParityCheck.Report::toString)
            .collect(Collectors.joining("; "));
    if (!failed.isEmpty()) {
      throw new SidereusException(
          "nothing was written: a graph differs from its network: " + failed);
    }
    bundle.write(
        draft.toBuilder()
            .files(Map.of())
            .sharedErrors(graphs.sharedErrors())
            .likelihood(graphs.sharedErrors()) // both need the emulator's likelihood in the graph
            .build(),
        graphs.files(),
        attachments);
    return reports;
  }

  private void requireFit(Manifest draft) {
    requireEqual("parameters", draft.parameters().size(), "flow", flow.spec().dimensions());
    if (draft.derived().size() != derived.size()) {
      throw new SidereusException(
          "the manifest lists %d derived quantities but there are %d formulas"
              .formatted(draft.derived().size(), derived.size()));
    }
    requireEqual("features", draft.features().size(), "flow", flow.spec().features());
    if (emulator == null) {
      return;
    }
    requireEqual(
        "parameters and covariates",
        draft.parameters().size() + draft.covariates().size(),
        "emulator",
        emulator.spec().dimensions());
    requireEqual(
        "observables", draft.observables().size(), "emulator", emulator.spec().predictions());
  }

  private static void requireEqual(String what, int inManifest, String where, int inNetwork) {
    if (inManifest != inNetwork) {
      throw new SidereusException(
          "the manifest lists %d %s but the %s has %d"
              .formatted(inManifest, what, where, inNetwork));
    }
  }
}
