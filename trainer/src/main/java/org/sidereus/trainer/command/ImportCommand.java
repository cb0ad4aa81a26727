package org.sidereus.trainer.command;

import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.sidereus.cli.TerminalProgress;
import org.sidereus.engine.bundle.Covariate;
import org.sidereus.engine.bundle.Feature;
import org.sidereus.engine.bundle.Parameter;
import org.sidereus.engine.bundle.Role;
import org.sidereus.simulators.casefile.CaseFile;
import org.sidereus.simulators.sets.SurveyedObservable;
import org.sidereus.trainer.network.DeviceChoice;
import org.sidereus.trainer.pipeline.PosteriorImport;
import org.sidereus.trainer.pipeline.TableEmulator;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code sidereus import}: a posterior of another program to a bundle. */
@Command(
    description = {
      "Makes a bundle of a posterior graph that another program trained and exported: ONNX, inputs"
          + " x [B,F] and noise [S,D], outputs theta [B,S,D] and log_prob [B,S]. A table of"
          + " simulations without noise trains the emulator of the likelihood, which corrects the"
          + " posteriors and gives samples outside of the prior no weight. The bundle is checked as"
          + " by sidereus check; one with a fault is not written.",
      ""
    },
    mixinStandardHelpOptions = true,
    sortOptions = false,
    footer = {
      "",
      "Example: sidereus import --posterior graph.onnx --case my-case.json --simulations draws.csv"
          + " --out bundles/mine"
    })
final class ImportCommand implements Runnable {
  private static final int SAMPLES = 1_000;

  /** The errors of the samples of all objects add up in a group. */
  private static final int SAMPLES_OF_GROUPS = 4_096;

  @Option(
      names = "--posterior",
      required = true,
      paramLabel = "FILE|DIR",
      description =
          "The posterior graph (.onnx), or a folder with flow.json and flow.safetensors (see"
              + " docs/reference/networks.md).")
  private Path posterior;

  @Option(
      names = "--case",
      required = true,
      paramLabel = "FILE",
      description = "Parameters, priors, observables and errors; see docs/reference/case.md.")
  private Path caseFile;

  @Option(
      names = "--simulations",
      paramLabel = "FILE",
      description =
          "Table of simulations drawn from the prior (CSV, FITS, Parquet, npz, HDF5, ...), columns"
              + " by name. Without noise, it trains the emulator; a tenth of its rows is kept for"
              + " the check. Without it, or with noise (said by the case), the bundle has no"
              + " likelihood.")
  private @Nullable Path simulations;

  @Option(
      names = "--parity",
      paramLabel = "FILE",
      description =
          "Numbers of the program that trained the posterior (safetensors: x, noise, theta,"
              + " log_prob), which the graph must give.")
  private @Nullable Path parity;

  @Option(
      names = "--features",
      split = ",",
      paramLabel = "NAME",
      description =
          "The columns of x in their order, where they are not those of the case: NAME, NAME_error"
              + " or NAME_mask for an observable, a covariate or a parameter.")
  private @Nullable List<String> features;

  @Option(
      names = "--out",
      paramLabel = "DIR",
      description = "Folder of the bundle, which must not exist (default: bundles/NAME).")
  private @Nullable Path out;

  @Option(
      names = "--name",
      paramLabel = "NAME",
      description = "Name of the bundle (default: that of the case).")
  private @Nullable String name;

  @Option(
      names = "--bundle-version",
      paramLabel = "V",
      defaultValue = "1",
      description = "Version of the bundle (default: ${DEFAULT-VALUE}).")
  private String version;

  @Option(
      names = "--samples",
      paramLabel = "S",
      description =
          "Posterior samples of each object unless asked otherwise, even (default: 4096 where the"
              + " case has shared parameters, whose groups need them, otherwise 1000).")
  private @Nullable Integer samples;

  @Option(
      names = "--steps",
      paramLabel = "N",
      defaultValue = "6000",
      description = "Steps of the training of the emulator (default: ${DEFAULT-VALUE}).")
  private long steps;

  @Option(
      names = "--tensor-threads",
      paramLabel = "N",
      defaultValue = "2",
      description = "Threads of the training (default: ${DEFAULT-VALUE}).")
  private int tensorThreads;

  @Option(
      names = "--seed",
      paramLabel = "S",
      defaultValue = "1",
      description = "Seed of the training (default: ${DEFAULT-VALUE}).")
  private long seed;

  @Option(
      names = "--device",
      paramLabel = "DEVICE",
      defaultValue = "auto",
      description = "Where to train: ${COMPLETION-CANDIDATES} (default: ${DEFAULT-VALUE}).")
  private DeviceChoice device;

  @Option(
      names = "--force",
      description =
          "Write the bundle although the check finds a fault; the manifest names it"
              + " (accepted_faults).")
  private boolean force;

  @Spec private CommandSpec spec;

  @Override
  public void run() {
    CaseFile science = CaseFile.read(caseFile);
    String bundle = name == null ? science.name() : name;
    Path folder = out == null ? Path.of("bundles", bundle) : out;
    PrintWriter terminal = spec.commandLine().getOut();
    new PosteriorImport(
            science,
            new PosteriorImport.Source(posterior, parity, simulations, columns(science)),
            new PosteriorImport.Target(
                folder,
                bundle,
                version,
                samples == null ? samplesFor(science) : samples,
                force,
                "sidereus "
                    + String.join(" ", spec.root().commandLine().getParseResult().originalArgs())),
            line -> print(terminal, line))
        .run(new TableEmulator(steps, tensorThreads, seed), device, TerminalProgress::of);
    print(terminal, "wrote " + folder);
  }

  private static int samplesFor(CaseFile science) {
    return science.parameters().stream().anyMatch(one -> one.role() == Role.SHARED)
        ? SAMPLES_OF_GROUPS
        : SAMPLES;
  }

  private static void print(PrintWriter terminal, String line) {
    terminal.println(line);
    terminal.flush();
  }

  private @Nullable List<Feature> columns(CaseFile science) {
    if (features == null) {
      return null;
    }
    List<String> observables =
        science.observables().stream().map(SurveyedObservable::name).toList();
    List<String> others =
        Stream.concat(
                science.covariates().stream().map(Covariate::name),
                science.parameters().stream().map(Parameter::name))
            .toList();
    List<Feature> columns = new ArrayList<>();
    for (String column : features) {
      columns.add(feature(column.strip(), observables, others));
    }
    return columns;
  }

  private Feature feature(String column, List<String> observables, List<String> others) {
    for (Feature.Kind kind : Feature.Kind.values()) {
      String suffix =
          switch (kind) {
            case VALUE, COVARIATE -> "";
            case ERROR, COVARIATE_ERROR -> "_error";
            case MASK, COVARIATE_MASK -> "_mask";
          };
      if (column.endsWith(suffix)) {
        String of = column.substring(0, column.length() - suffix.length());
        if ((kind.ofCovariate() ? others : observables).contains(of)) {
          return new Feature(kind, of);
        }
      }
    }
    throw new ParameterException(
        spec.commandLine(),
        "--features names %s, which is none of %s and %s, nor one with _error or _mask"
            .formatted(column, String.join(", ", observables), String.join(", ", others)));
  }
}
