package org.sidereus.benchmarks.engine;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.sidereus.benchmarks.ResultOptions;
import org.sidereus.cli.DeviceConverter;
import org.sidereus.cli.KernelsOption;
import org.sidereus.engine.SidereusException;
import org.sidereus.engine.bundle.Bundle;
import org.sidereus.engine.bundle.BundleLocator;
import org.sidereus.engine.inference.Device;
import org.sidereus.engine.inference.EngineOptions;
import org.sidereus.networks.Activation;
import picocli.CommandLine.Command;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;
import picocli.CommandLine.TypeConversionException;

/** Throughput of the engine. */
@Command(
    mixinStandardHelpOptions = true,
    sortOptions = false,
    footer = {
      "",
      "Presets: paper (6 parameters, 4 transforms of 2 layers of 8), large (6 parameters, 5"
          + " transforms of 2 layers of 50), wide or sed (11 parameters, 15 transforms of 2 layers"
          + " of 500), standard (the size of the bundles that are shipped).",
      "",
      "Example: sidereus bench engine --preset large --seconds 10 --json"
    })
final class EngineBenchCommand implements Runnable {

  @Option(
      names = "--preset",
      defaultValue = "paper",
      paramLabel = "NAME",
      converter = PresetConverter.class,
      description = "Random weights of a known size: ${COMPLETION-CANDIDATES} (default: paper).")
  private NetworkPreset preset;

  @Option(
      names = "--activation",
      paramLabel = "NAME",
      description = "Instead of the preset's own: ${COMPLETION-CANDIDATES}.")
  private @Nullable Activation activation;

  @Option(
      names = "--bundle",
      paramLabel = "NAME|DIR",
      description = "Measure this bundle instead of a preset.")
  private @Nullable String bundle;

  @Option(
      names = "--samples",
      paramLabel = "N",
      description = "Samples for each object (default: those of the bundle or preset).")
  private int samples;

  @Option(
      names = "--batch",
      paramLabel = "N",
      description = "Objects in one evaluation (default: the engine's choice).")
  private int batch;

  @Option(
      names = "--threads",
      paramLabel = "N",
      description = "Evaluations at the same time (default: one for each processor).")
  private int threads;

  @Option(
      names = "--seconds",
      defaultValue = "5",
      paramLabel = "N",
      description =
          "Processor time of each thread; on free cores, the length of the measurement (default:"
              + " 5).")
  private double seconds;

  @Option(
      names = "--device",
      defaultValue = "cpu",
      paramLabel = "NAME",
      converter = DeviceConverter.class,
      description = "cpu, cuda, cuda:N or auto (default: cpu).")
  private Device device;

  @Mixin private KernelsOption kernels;

  @Mixin private ResultOptions results;

  @Spec private CommandSpec spec;

  /** Makes a preset of its name. */
  static final class PresetConverter implements ITypeConverter<NetworkPreset> {
    @Override
    public NetworkPreset convert(String name) {
      try {
        return NetworkPreset.parse(name);
      } catch (IllegalArgumentException e) {
        throw new TypeConversionException(e.getMessage());
      }
    }
  }

  @Override
  public void run() {
    EngineOptions options = options();
    if (bundle != null) {
      measure(Bundle.load(BundleLocator.ofInstallation().locate(bundle)), options);
      return;
    }
    @Nullable Path folder = null;
    try {
      folder = Files.createTempDirectory("sidereus-bench-");
      Path out = folder.resolve("bundle");
      PrintWriter terminal = spec.commandLine().getOut();
      new PresetBundle(preset, activation == null ? preset.activation() : activation)
          .write(out)
          .forEach(report -> terminal.println("parity of " + report));
      measure(Bundle.load(out), options);
    } catch (IOException e) {
      throw new SidereusException("cannot write a temporary bundle: " + e.getMessage(), e);
    } finally {
      remove(folder);
    }
  }

  private EngineOptions options() {
    int workers = threads == 0 ? Runtime.getRuntime().availableProcessors() : threads;
    if (!(seconds > 0)) {
      throw new ParameterException(spec.commandLine(), "--seconds must be above 0");
    }
    try {
      return EngineOptions.defaults()
          .withDevice(device)
          .withSamples(samples)
          .withBatchSize(batch)
          .withWorkers(workers)
          .withKernels(kernels.kernels());
    } catch (IllegalArgumentException e) {
      throw new ParameterException(spec.commandLine(), e.getMessage(), e);
    }
  }

  private void measure(Bundle measured, EngineOptions options) {
    EngineBench.Result result = new EngineBench(measured, options).run(seconds);
    PrintWriter terminal = spec.commandLine().getOut();
    terminal.printf(
        Locale.ROOT,
        "%s: %,.0f objects/s with %,d samples each (%,.2f million samples/s, %.1f GFLOP/s) on %s,"
            + " %d threads, %d objects in one evaluation, %.1f s, %.1f s of processor time: %,.0f"
            + " objects per second of processor time, %.0f %% of the %.0f GFLOP/s of large"
            + " products%n",
        measured.manifest().name(),
        result.objectsPerSecond(),
        result.evaluation().samplesPerObject(),
        result.samplesPerSecond() * 1e-6,
        result.gflops(),
        result.evaluation().device(),
        options.workers(),
        result.evaluation().batchSize(),
        result.seconds(),
        result.cpuSeconds(),
        result.objectsPerCpuSecond(),
        100 * result.shareOfPeak(),
        result.machine().peakGflops());
    terminal.flush();
    results.judge("engine " + measured.manifest().name(), result.objectsPerYardstick());
    results.print(fields(measured, options, result));
  }

  private static Map<String, Object> fields(
      Bundle measured, EngineOptions options, EngineBench.Result result) {
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("bundle", measured.manifest().name());
    fields.put("objects_per_second", result.objectsPerSecond());
    fields.put("samples_per_second", result.samplesPerSecond());
    fields.put("samples_per_object", result.evaluation().samplesPerObject());
    fields.put("objects", result.objects());
    fields.put("seconds", result.seconds());
    fields.put("cpu_seconds", result.cpuSeconds());
    fields.put("objects_per_cpu_second", result.objectsPerCpuSecond());
    fields.put("batch", result.evaluation().batchSize());
    fields.put("threads", options.workers());
    fields.put("device", result.evaluation().device());
    fields.put("evaluator", result.evaluation().evaluator());
    fields.put("gflops", result.gflops());
    fields.put("peak_gflops_per_core", result.machine().peakGflops());
    fields.put("share_of_peak", result.shareOfPeak());
    fields.put("objects_per_yardstick", result.objectsPerYardstick());
    return fields;
  }

  private static void remove(@Nullable Path folder) {
    if (folder == null) {
      return;
    }
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    } catch (IOException e) {
      throw new SidereusException("cannot remove " + folder + ": " + e.getMessage(), e);
    }
  }
}
