package org.sidereus.exporter.bundle;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.sidereus.engine.SidereusException;
import org.sidereus.engine.bundle.Feature;
import org.sidereus.engine.bundle.Manifest;
import org.sidereus.engine.bundle.Parameter;
import org.sidereus.exporter.check.Acceptance;
import org.sidereus.networks.EmulatorNetwork;
import org.sidereus.networks.FlowNetwork;
import org.sidereus.networks.FlowSpec;
import org.sidereus.networks.Formula;
import org.sidereus.networks.Tensor;
import org.sidereus.networks.Weights;

/** Writes bundles of a flow that another program described by its weights. */
public final class FlowImporter implements ForeignPosterior {
  private final FlowNetwork flow;
  private final List<Formula> derived;
  private final @Nullable Path parity;

  /**
   * An importer of one flow.
   *
   * @param folder of {@code flow.json} and {@code flow.safetensors}
   * @param draft manifest of the bundle
   * @param derived formulas of the derived quantities, in the order of the manifest
   * @param parity numbers of the framework that trained it ({@code parity.safetensors}); null: none
   * @throws SidereusException where a file is refused, or has other parameters or features
   */
  public FlowImporter(Path folder, Manifest draft, List<Formula> derived, @Nullable Path parity) {
    this.flow = FlowNetwork.read(folder);
    this.derived = List.copyOf(derived);
    this.parity = parity;
    FlowSpec spec = flow.spec();
    requireEqual(
        folder,
        "parameters",
        spec.dimensions(),
        draft.parameters().stream().map(Parameter::name).toList());
    requireEqual(
        folder,
        "features",
        spec.features(),
        draft.features().stream().map(FlowImporter::column).toList());
  }

  @Override
  public List<String> adapted() {
    return List.of();
  }

  @Override
  public void write(
      Manifest draft, @Nullable EmulatorNetwork emulator, Acceptance acceptance, Path out) {
    Map<String, Path> attachments = parity == null ? Map.of() : Map.of(Manifest.PARITY, parity);
    new BundleExporter(flow, emulator, derived, observed())
        .accepting(acceptance)
        .export(draft, attachments, out);
  }

  /** Features that belong together, where they are known. */
  private @Nullable Tensor observed() {
    return parity == null ? null : Weights.read(parity).tensors().get("x");
  }

  private static void requireEqual(Path folder, String what, int inFlow, List<String> ofCase) {
    if (inFlow != ofCase.size()) {
      throw new SidereusException(
          "the flow in %s has %d %s but the case has %d: %s; correct the case, or name the columns of x with --features"
              .formatted(folder, inFlow, what, ofCase.size(), String.join(", ", ofCase)));
    }
  }

  private static String column(Feature feature) {
    return feature.kind() + " of " + feature.of();
  }
}
