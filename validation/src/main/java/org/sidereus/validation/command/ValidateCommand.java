package org.sidereus.validation.command;

import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.sidereus.cli.DeviceConverter;
import org.sidereus.cli.TerminalProgress;
import org.sidereus.cli.ThreadsOption;
import org.sidereus.engine.SidereusException;
import org.sidereus.engine.bundle.Bundle;
import org.sidereus.engine.bundle.BundleLocator;
import org.sidereus.engine.inference.Device;
import org.sidereus.simulators.casefile.CaseFile;
import org.sidereus.simulators.casefile.CaseTable;
import org.sidereus.simulators.casefile.TableNoise;
import org.sidereus.simulators.cases.ScienceCase;
import org.sidereus.simulators.cases.ScienceCases;
import org.sidereus.simulators.command.InputsOption;
import org.sidereus.simulators.command.SimulatorOption;
import org.sidereus.simulators.model.ForwardModel;
import org.sidereus.simulators.process.NamedSimulator;
import org.sidereus.simulators.process.SimulatedCase;
import org.sidereus.simulators.sets.ObservationModel;
import org.sidereus.simulators.sets.TrainingSet;
import org.sidereus.validation.ApeLimits;
import org.sidereus.validation.BundleValidation;
import org.sidereus.validation.ImportanceCorrection;
import org.sidereus.validation.ParameterCalibration;
import org.sidereus.validation.ReportFiles;
import org.sidereus.validation.ValidationCounts;
import org.sidereus.validation.ValidationReport;
import org.sidereus.validation.ValidationSettings;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code sidereus validate BUNDLE}: whether a bundle's posteriors are right. */
@Command(
    description =
        "Compares the posteriors of a bundle with the truth of mock objects and groups and with"
            + " long reference chains; docs/science/validation.md has the definitions. Exit code 1"
            + " where a check fails.",
    modelTransformer = InputsOption.class,
    mixinStandardHelpOptions = true,
    sortOptions = false)
final class ValidateCommand implements Callable<Integer> {
  private static final Logger LOG = LoggerFactory.getLogger(ValidateCommand.class);

  @Parameters(paramLabel = "BUNDLE", description = "Name of a known bundle, or its folder.")
  private String bundle;

  @Option(
      names = InputsOption.NAME,
      paramLabel = "DIR",
      description =
          "Folder of the files that the bundle's simulator reads, if it reads any. Implies"
              + " --simulator.")
  private @Nullable Path inputs;

  /** Fresh runs of the simulator are the mock objects, and not predictions of the emulator. */
  @Mixin private SimulatorOption simulator = new SimulatorOption();

  @Option(
      names = "--truth",
      paramLabel = "FILE",
      description =
          "Simulations that did not train the bundle, as single objects: a table with the columns"
              + " of the bundle's case file, such as held-out.csv in the work folder of the"
              + " training.")
  private @Nullable Path truth;

  @Option(names = "--seed", paramLabel = "S", defaultValue = "1", description = "Of all draws.")
  private long seed;

  @Option(
      names = "--quick",
      description = "A first look: 2,000 objects, 120 groups of up to 100, one object with chains.")
  private boolean quick;

  @Option(
      names = "--objects",
      paramLabel = "N",
      description = "Mock objects drawn from the prior (default: 10000).")
  private @Nullable Integer objects;

  @Option(names = "--groups", paramLabel = "G", description = "Mock groups (default: 500).")
  private @Nullable Integer groups;

  @Option(
      names = "--group-sizes",
      split = ",",
      paramLabel = "N",
      description = "Objects of a group (default: 1,2,3,5,10,100,1000).")
  private @Nullable List<Integer> groupSizes;

  @Option(
      names = "--mcmc-objects",
      paramLabel = "N",
      description = "Objects compared with long chains (default: 5).")
  private @Nullable Integer chains;

  @Option(
      names = "--pattern",
      split = ",",
      paramLabel = "OBSERVABLE",
      description = "Measured observables; the others are missing (default: all).")
  private @Nullable List<String> pattern;

  @Option(
      names = "--error",
      paramLabel = "X",
      description = "Error of every measurement (default: that of the manifest).")
  private @Nullable Double error;

  @Option(
      names = "--as-trained",
      description =
          "Observe the mock objects as those of the training were, with all its errors and missing"
              + " values, and not all with the same error. Implies --simulator.")
  private boolean asTrained;

  @Option(
      names = "--corrected",
      description =
          "Judge single objects by what is published of them, corrected by the likelihood, and not"
              + " by the flow itself.")
  private boolean corrected;

  @Option(
      names = "--largest-ape",
      paramLabel = "PERCENT",
      description =
          "Largest median absolute percentage error over all parameters that passes (default:"
              + " any).")
  private @Nullable Double largestApe;

  @Option(
      names = "--largest-shared-ape",
      paramLabel = "PERCENT",
      description = "The same over the shared parameters (default: any).")
  private @Nullable Double largestSharedApe;

  @Option(
      names = "--device",
      paramLabel = "DEVICE",
      defaultValue = "auto",
      converter = DeviceConverter.class,
      description = "Where flows are evaluated: auto, cpu, cuda or cuda:N (default: auto).")
  private Device device;

  @Mixin private ThreadsOption threads = new ThreadsOption();

  @Option(
      names = "--out",
      paramLabel = "DIR",
      description = "Folder for the numbers (validation.json) and the figures (SVG).")
  private @Nullable Path out;

  @Option(
      names = "--attach",
      description = "Put numbers, figures and summary into the bundle itself.")
  private boolean attach;

  @Option(names = "--json", description = "Print all numbers as JSON.")
  private boolean json;

  @Spec private CommandSpec spec;

  @Override
  public Integer call() {
    Bundle loaded = Bundle.load(BundleLocator.ofInstallation().locate(bundle));
    if (out != null) {
      // a validation takes long: a folder that cannot be written is refused before it
      ReportFiles.prepare(out);
    }
    ValidationReport report = validation(loaded).run(TerminalProgress::of);
    ReportFiles files = new ReportFiles(report);
    if (out != null) {
      files.write(out);
    }
    if (attach) {
      files.attach(loaded.directory());
    }
    PrintWriter console = spec.commandLine().getOut();
    if (json) {
      console.print(report.json());
    } else {
      print(report, console);
    }
    console.flush();
    if (!report.passed()) {
      throw new SidereusException("the bundle fails: " + report.failures());
    }
    return 0;
  }

  private BundleValidation validation(Bundle loaded) {
    if (asTrained && (pattern != null || error != null)) {
      throw new ParameterException(
          spec.commandLine(), "--as-trained cannot be combined with --error or --pattern");
    }
    if (truth != null) {
      return ofTruth(loaded, truth);
    }
    if (!simulator.isGiven() && !asTrained && inputs == null) {
      return new BundleValidation(loaded, Optional.empty(), settings());
    }
    CaseFile caseFile = CaseFile.of(loaded.manifest().provenance());
    if (caseFile != null) {
      return ofFile(loaded, caseFile);
    }
    if (simulator.isNamed()) {
      throw new SidereusException(
          "the bundle %s was not trained with a case file; give %s without a value"
              .formatted(loaded.manifest().name(), SimulatorOption.NAME));
    }
    for (ScienceCase science : ScienceCases.all()) {
      Optional<ForwardModel> model =
          science.modelOf(loaded.manifest().provenance(), Optional.ofNullable(inputs));
      if (model.isPresent()) {
        return asTrained
            ? new BundleValidation(
                loaded, model.get(), trained(science, model.get(), loaded), settings())
            : new BundleValidation(loaded, model, settings());
      }
    }
    throw new SidereusException(
        "no simulator is known for the bundle "
            + loaded.manifest().name()
            + "; leave out --simulator, --inputs and --as-trained to validate it with its"
            + " emulator");
  }

  private BundleValidation ofFile(Bundle loaded, CaseFile caseFile) {
    NamedSimulator named = simulator.open();
    named
        .provenance()
        .forEach(
            (key, value) -> {
              if (!value.equals(loaded.manifest().provenance().get(key))) {
                LOG.warn(
                    "the simulator is not the same as in the training: {} is {} and was {}",
                    key,
                    value,
                    loaded.manifest().provenance().get(key));
              }
            });
    ForwardModel model = new SimulatedCase(caseFile, named).model();
    return asTrained
        ? new BundleValidation(loaded, model, caseFile.survey(), settings())
        : new BundleValidation(loaded, Optional.of(model), settings());
  }

  private BundleValidation ofTruth(Bundle loaded, Path table) {
    if (simulator.isGiven() || inputs != null) {
      throw new ParameterException(
          spec.commandLine(), "--truth cannot be combined with --simulator or --inputs");
    }
    CaseFile caseFile = CaseFile.of(loaded.manifest().provenance());
    if (caseFile == null) {
      throw new SidereusException(
          "the bundle "
              + loaded.manifest().name()
              + " carries no case file, which says what the columns of a table are; leave out"
              + " --truth, or use sidereus check --simulations");
    }
    TrainingSet rows = CaseTable.read(caseFile, table).set();
    boolean noisy = caseFile.simulations() == TableNoise.NOISY;
    if (noisy && (pattern != null || error != null)) {
      throw new ParameterException(
          spec.commandLine(), "noisy simulations exclude --error and --pattern: they are measured");
    }
    return BundleValidation.ofHeldOut(
        loaded,
        rows,
        noisy || asTrained ? caseFile.survey(CaseTable.errors(caseFile, rows)) : null,
        settings());
  }

  private static ObservationModel trained(ScienceCase science, ForwardModel model, Bundle loaded) {
    Double error = loaded.manifest().observables().get(0).error();
    if (error == null) {
      throw new SidereusException("the bundle was not trained for surveys with any errors");
    }
    return science.anySurvey(model, error);
  }

  private ValidationSettings settings() {
    try {
      return ValidationSettings.of(counts(), seed, threads.count())
          .withObservations(pattern == null ? Set.of() : new HashSet<>(pattern), error)
          .withCorrected(corrected)
          .withLimits(new ApeLimits(largestApe, largestSharedApe))
          .withDevice(device);
    } catch (IllegalArgumentException e) {
      throw new ParameterException(spec.commandLine(), e.getMessage());
    }
  }

  private ValidationCounts counts() {
    ValidationCounts base = quick ? ValidationCounts.QUICK : ValidationCounts.STANDARD;
    int count = objects == null ? base.objects() : objects;
    return new ValidationCounts(
        count,
        groups == null ? base.groups() : groups,
        groupSizes == null ? base.groupSizes() : groupSizes,
        chains == null ? Math.min(count, base.chains()) : chains,
        base.longestChain());
  }

  private static void print(ValidationReport report, PrintWriter console) {
    console.printf(
        Locale.ROOT,
        "%s version %s, %d objects of the %s, %d samples each%nobserved: %s%n%n",
        report.subject().bundle(),
        report.subject().version(),
        report.subject().objects(),
        report.subject().truth(),
        report.subject().samples(),
        report.subject().observations());
    console.printf(
        "%-18s %9s %7s %7s %8s %8s %8s%n",
        "parameter", "bias/sd", "rms/sd", "p-p", "cov. 68", "cov. 95", "APE %");
    for (ParameterCalibration one : report.single().parameters()) {
      console.printf(
          Locale.ROOT,
          "%-18s %+9.4f %7.4f %7.4f %8.4f %8.4f %8.2f%n",
          one.name(),
          one.meanResidual(),
          one.rmsResidual(),
          one.ranks().distance(),
          one.intervals().coverage68(),
          one.intervals().coverage95(),
          one.errors().median());
    }
    console.printf(
        Locale.ROOT,
        "median absolute percentage error: %.2f %% over all parameters%s%n%n",
        report.single().medianApe(),
        Double.isNaN(report.single().medianSharedApe())
            ? ""
            : String.format(
                Locale.ROOT, ", %.2f %% over the shared", report.single().medianSharedApe()));
    if (report.single().correction() != null) {
      print(report.single().correction(), console);
    }
    report.checks().forEach(console::println);
    console.println();
    console.println(
        "%d of %d checks are outside of their own 99 %% bands and inside those of all together"
            .formatted(report.outside(), report.checks().size()));
    console.println(report.passed() ? "all checks passed" : "failed: " + report.failures());
  }

  private static void print(ImportanceCorrection correction, PrintWriter console) {
    console.printf(
        Locale.ROOT,
        "correction by the likelihood: %.0f of %d samples are effective at the median, below %.0f"
            + " for 5 %% of the objects, too few for %.1f %%; of the others the means move by %.3f"
            + " sd rms%n%n",
        correction.median(),
        correction.samples(),
        correction.low(),
        100 * correction.tooFew(),
        correction.rmsShift());
  }
}
