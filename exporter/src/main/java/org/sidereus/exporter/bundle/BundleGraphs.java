package org.sidereus.exporter.bundle;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.sidereus.exporter.network.EmulatorNetwork;
import org.sidereus.exporter.network.FlowNetwork;
import org.sidereus.exporter.onnx.DensityGraph;
import org.sidereus.exporter.onnx.EmulatorGraph;
import org.sidereus.exporter.onnx.PosteriorGraph;
import org.sidereus.exporter.parity.ParityCheck;
import org.sidereus.model.bundle.Manifest;

/**
 * The three graphs of a bundle, as bytes of their files.
 *
 * @param posterior {@code posterior.onnx}
 * @param density {@code density.onnx}
 * @param emulator {@code emulator.onnx}
 */
record BundleGraphs(byte[] posterior, byte[] density, byte[] emulator) {

  static BundleGraphs of(FlowNetwork flow, EmulatorNetwork emulator, List<Integer> shared) {
    return new BundleGraphs(
        PosteriorGraph.of(flow, shared), DensityGraph.of(flow), EmulatorGraph.of(emulator));
  }

  /** Compares each graph with the network it should compute. */
  List<ParityCheck.Report> check(FlowNetwork flow, EmulatorNetwork network, List<Integer> shared) {
    ParityCheck check = new ParityCheck();
    return List.of(
        check.posterior(flow, posterior, shared),
        check.density(flow, density),
        check.emulator(network, emulator));
  }

  Map<String, byte[]> files() {
    Map<String, byte[]> files = new LinkedHashMap<>();
    files.put(Manifest.POSTERIOR, posterior);
    files.put(Manifest.DENSITY, density);
    files.put(Manifest.EMULATOR, emulator);
    return files;
  }
}
