package org.sidereus.benchmarks.engine;

import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.sidereus.engine.bundle.Feature;
import org.sidereus.engine.bundle.Manifest;
import org.sidereus.engine.bundle.Normal;
import org.sidereus.engine.bundle.Observable;
import org.sidereus.engine.bundle.Parameter;
import org.sidereus.engine.bundle.Role;
import org.sidereus.exporter.bundle.BundleExporter;
import org.sidereus.exporter.parity.ParityCheck;
import org.sidereus.networks.Activation;

/** A bundle of a preset, complete with manifest and parity check. */
public final class PresetBundle {
  private final NetworkPreset preset;
  private final Activation activation;

  /** A bundle with the given activation in every transform. */
  public PresetBundle(NetworkPreset preset, Activation activation) {
    this.preset = preset;
    this.activation = activation;
  }

  /**
   * Writes it.
   *
   * @param out folder that must not exist
   */
  public List<ParityCheck.Report> write(Path out) {
    var flow = preset.flow(activation);
    int features = flow.spec().features();
    // without an error there is no likelihood
    @Nullable Double error = preset.hasLikelihood() ? 0.1 : null;
    Manifest draft =
        Manifest.builder()
            .name("bench-" + preset.name().toLowerCase(Locale.ROOT))
            .version("1")
            .description("Random weights, for timing only")
            .parameters(
                IntStream.range(0, flow.spec().dimensions())
                    .mapToObj(i -> new Parameter("p" + i, "1", Role.LOCAL, new Normal(0, 1)))
                    .toList())
            .observables(
                IntStream.range(0, features)
                    .mapToObj(i -> new Observable("o" + i, "1", error))
                    .toList())
            .features(
                IntStream.range(0, features)
                    .mapToObj(i -> new Feature(Feature.Kind.VALUE, "o" + i))
                    .toList())
            .samples(preset.samples())
            .build();
    return new BundleExporter(flow, preset.emulator()).export(draft, Map.of(), out);
  }
}
