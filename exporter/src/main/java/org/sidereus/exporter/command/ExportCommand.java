package org.sidereus.exporter.command;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.sidereus.engine.SidereusException;
import org.sidereus.engine.bundle.Manifest;
import org.sidereus.exporter.bundle.BundleExporter;
import org.sidereus.exporter.check.Acceptance;
import org.sidereus.exporter.check.TruthReader;
import org.sidereus.networks.EmulatorNetwork;
import org.sidereus.networks.FlowNetwork;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Trained networks to a bundle. */
@Command(
    mixinStandardHelpOptions = true,
    sortOptions = false,
    footer = {
      "",
      "Each graph is run and compared with its network, and the bundle is checked as by sidereus"
          + " check; a bundle with a fault is not written.",
      "",
      "Example: sidereus export --flow run/flow --emulator run/emulator --manifest draft.json"
          + " --out bundles/my-bundle"
    })
final class ExportCommand implements Runnable {

  @Option(
      names = "--flow",
      required = true,
      paramLabel = "DIR",
      description = "Folder with flow.json and flow.safetensors.")
  private Path flow;

  @Option(
      names = "--emulator",
      paramLabel = "DIR",
      description =
          "Folder with emulator.json and emulator.safetensors. Without it, the bundle has no"
              + " likelihood.")
  private @Nullable Path emulator;

  @Option(
      names = "--manifest",
      required = true,
      paramLabel = "FILE",
      description = "Draft of the manifest; its files are filled in.")
  private Path manifest;

  @Option(
      names = "--calibration",
      paramLabel = "DIR",
      description = "Folder whose files go to calibration/ of the bundle.")
  private @Nullable Path calibration;

  @Option(
      names = "--no-density",
      description =
          "Leave out density.onnx, the density of the posterior for other programs; Sidereus does"
              + " not read it.")
  private boolean withoutDensity;

  @Option(
      names = "--simulations",
      paramLabel = "FILE",
      description =
          "Table of simulations that did not train the bundle, for the check; see sidereus check.")
  private @Nullable Path simulations;

  @Option(
      names = "--force",
      description =
          "Write the bundle although the check finds a fault; the manifest names it"
              + " (accepted_faults).")
  private boolean force;

  @Option(
      names = "--out",
      required = true,
      paramLabel = "DIR",
      description = "Folder of the bundle; must not exist.")
  private Path out;

  @Spec private CommandSpec spec;

  @Override
  public void run() {
    PrintWriter terminal = spec.commandLine().getOut();
    Manifest draft = Manifest.read(manifest);
    BundleExporter exporter =
        new BundleExporter(
                FlowNetwork.read(flow), emulator == null ? null : EmulatorNetwork.read(emulator))
            .accepting(
                Acceptance.checked(
                    simulations == null ? null : new TruthReader(draft).read(simulations),
                    force,
                    line -> print(terminal, line)));
    (withoutDensity ? exporter.withoutDensity() : exporter)
        .export(draft, calibrationFiles(), out)
        .forEach(report -> terminal.println("parity of " + report));
    terminal.println("wrote " + out);
    terminal.flush();
  }

  private static void print(PrintWriter terminal, String line) {
    terminal.println(line);
    terminal.flush();
  }

  private Map<String, Path> calibrationFiles() {
    Map<String, Path> files = new TreeMap<>();
    if (calibration == null) {
      return files;
    }
    try (Stream<Path> found = Files.walk(calibration)) {
      found
          .filter(Files::isRegularFile)
          .forEach(
              file ->
                  files.put(
                      "calibration/" + calibration.relativize(file).toString().replace('\\', '/'),
                      file));
    } catch (IOException e) {
      throw new SidereusException("cannot read " + calibration + ": " + e.getMessage(), e);
    }
    return files;
  }
}
