package org.sidereus.catalogs.command;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.sidereus.catalogs.catalog.CatalogCheck;
import org.sidereus.catalogs.catalog.CatalogReader;
import org.sidereus.catalogs.catalog.CatalogSource;
import org.sidereus.catalogs.catalog.ColumnOptions;
import org.sidereus.catalogs.catalog.Grouping;
import org.sidereus.catalogs.infer.CatalogInference;
import org.sidereus.catalogs.infer.ObjectReader;
import org.sidereus.catalogs.infer.ObjectTimes;
import org.sidereus.catalogs.infer.OutputFormat;
import org.sidereus.catalogs.infer.PosteriorListener;
import org.sidereus.catalogs.infer.PosteriorTable;
import org.sidereus.catalogs.infer.RowOutput;
import org.sidereus.catalogs.infer.SampleOutput;
import org.sidereus.catalogs.report.CatalogReport;
import org.sidereus.catalogs.report.ReportFolder;
import org.sidereus.cli.DeviceConverter;
import org.sidereus.cli.KernelsOption;
import org.sidereus.cli.TerminalProgress;
import org.sidereus.cli.ThreadsOption;
import org.sidereus.engine.Printable;
import org.sidereus.engine.Progress;
import org.sidereus.engine.SidereusException;
import org.sidereus.engine.bundle.Bundle;
import org.sidereus.engine.bundle.BundleIdentity;
import org.sidereus.engine.bundle.BundleLocator;
import org.sidereus.engine.bundle.Manifest;
import org.sidereus.engine.combination.CombinationMethod;
import org.sidereus.engine.combination.Combiner;
import org.sidereus.engine.combination.FlaggedObjects;
import org.sidereus.engine.combination.GroupSummary;
import org.sidereus.engine.inference.Device;
import org.sidereus.engine.inference.EngineOptions;
import org.sidereus.engine.inference.KeptSamples;
import org.sidereus.engine.inference.PosteriorEngine;
import picocli.CommandLine.Command;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;
import picocli.CommandLine.TypeConversionException;

/** {@code sidereus infer}: posteriors of a catalogue, without a stream. */
@Command(
    description = {
      "The catalogue is a table of any format that --format names: one column for each observable"
          + " of the bundle, in the observable's unit, and optionally <observable>_err for its"
          + " standard deviation. Other columns are ignored. With --mapping it is the table of a"
          + " survey, as the survey publishes it. A broken row stops the command, with its line,"
          + " and nothing is written. The command combines objects where --group-column, --group or"
          + " the mapping names groups.",
      ""
    },
    mixinStandardHelpOptions = true)
final class InferCommand implements Callable<Integer> {

  @Option(
      names = "--bundle",
      required = true,
      paramLabel = "NAME|DIR",
      description = "The bundle: a name in bundles/, or a folder.")
  private String bundle;

  @Option(names = "--in", required = true, paramLabel = "FILE", description = "The catalogue.")
  private Path in;

  @Mixin private ObjectOptions objectOptions = new ObjectOptions();

  @Option(
      names = "--skip-incomplete",
      description =
          "Leave out objects that can get no posterior, and print their number, instead of"
              + " stopping at the first.")
  private boolean skipIncomplete;

  @Option(
      names = "--out",
      required = true,
      paramLabel = "FILE",
      description =
          "The posteriors, in the format of the file's ending: .csv, .ecsv, .fits, .vot or"
              + " .parquet; in the order of the catalogue: object, group, visits (number of visits"
              + " that were combined, where there is a column of visits), <parameter>_mean, _sd,"
              + " _q16, _q50, _q84, and <p>_<q>_correlation; then ess (effective samples),"
              + " log_evidence, chi_square, p_value and flags (docs/reference/flags.md).")
  private Path out;

  @Option(
      names = "--groups-out",
      paramLabel = "FILE",
      description =
          "The posteriors of the groups, in the format of the file's ending: group, n,"
              + " <parameter>_mean, _sd and <p>_<q>_correlation of the shared parameters; then"
              + " <parameter>_q025, _q16, _q50, _q84, _q975, _robust_mean, _robust_sd and _scatter,"
              + " and heterogeneity, heterogeneity_p, misfit, misfit_p, method, flags and"
              + " log_evidence; then combined and left_out (numbers of objects) and"
              + " left_out_<flag>, the number of objects with that flag that are left out; then"
              + " model_errors, those that are flagged, and the value and sd of each error:"
              + " <observable>_offset and <local parameter>_shift (docs/reference/flags.md); then"
              + " <parameter>_population_mean, _sd, _q025 to _q975, _scatter and _scatter_q025 to"
              + " _scatter_q975, and population_log_bayes_factor; then <parameter>_outliers_share,"
              + " _share_q025 to _share_q975, _log_bayes_factor, _mean and _sd; then"
              + " information_loss, in bits"
              + " (docs/science/combination.md).")
  private @Nullable Path groupsOut;

  @Option(
      names = "--samples-out",
      paramLabel = "FILE",
      description =
          "Thinned posterior samples with their weights, in the format of the file's ending: .csv"
              + " (object, sample, weight, parameters), .parquet (object, and lists of weights and"
              + " of each parameter), .npz (NumPy: object, parameters, bundle, weights, samples),"
              + " .nc (netCDF for ArviZ: draws of equal weight) or .txt (chains of GetDist: .txt,"
              + " .paramnames, .ranges and .properties.ini for each object, such as"
              + " chains.1-OBJECT.txt for chains.txt).")
  private @Nullable Path samplesOut;

  @Option(
      names = "--kept-samples",
      defaultValue = "1000",
      paramLabel = "N",
      description =
          "Samples of each object for --samples-out and --report, at most all of the posterior"
              + " (default: ${DEFAULT-VALUE}).")
  private int keptSamples;

  @Option(
      names = "--report",
      paramLabel = "DIR",
      description =
          "A page with figures, report.html: the catalogue in numbers, groups with contours,"
              + " p-values, effective samples, corner plots; and each figure in figures/ as SVG."
              + " The page needs no other file.")
  private @Nullable Path report;

  @Option(
      names = "--plot",
      paramLabel = "ID",
      description =
          "Object with a corner plot in the report; may be given several times (default: the first"
              + " three, and flagged ones up to ten in all).")
  private List<String> plots = new ArrayList<>();

  @Option(
      names = "--combination",
      defaultValue = "polynomial",
      paramLabel = "M",
      converter = MethodConverter.class,
      description = "How groups are combined: polynomial or gaussian (default: ${DEFAULT-VALUE}).")
  private CombinationMethod combination;

  @Option(
      names = "--flagged",
      defaultValue = "leave-out",
      paramLabel = "F",
      converter = FlaggedConverter.class,
      description =
          "Flagged objects in the posteriors of groups: leave-out or count (default:"
              + " ${DEFAULT-VALUE}).")
  private FlaggedObjects flagged;

  @Option(
      names = "--duplicates",
      defaultValue = "later",
      paramLabel = "D",
      converter = RepeatsConverter.class,
      description =
          "Rows without visits that have the same identifier: later (the later one of them counts,"
              + " in time and then in the order of the file, as in the stream) or keep (each is an"
              + " object; default: ${DEFAULT-VALUE}).")
  private CatalogCheck.Repeats duplicates;

  @Option(
      names = "--samples",
      paramLabel = "N",
      description = "Posterior samples for each object, even (default: the bundle's).")
  private int samples;

  @Option(
      names = "--times",
      description =
          "Infer one object at a time, and print the median and the longest processor time of one.")
  private boolean timed;

  @Option(
      names = "--device",
      defaultValue = "auto",
      paramLabel = "D",
      converter = DeviceConverter.class,
      description = "auto, cpu, cuda or cuda:N (default: ${DEFAULT-VALUE}).")
  private Device device;

  @Mixin private KernelsOption kernels;

  @Mixin private ThreadsOption threads = new ThreadsOption();

  @Spec private CommandSpec spec;

  private static final class MethodConverter implements ITypeConverter<CombinationMethod> {
    @Override
    public CombinationMethod convert(String text) {
      for (CombinationMethod method : CombinationMethod.choices()) {
        if (method.name().equalsIgnoreCase(text)) {
          return method;
        }
      }
      throw new TypeConversionException("'" + text + "' is not polynomial or gaussian");
    }
  }

  private static final class RepeatsConverter implements ITypeConverter<CatalogCheck.Repeats> {
    @Override
    public CatalogCheck.Repeats convert(String text) {
      for (CatalogCheck.Repeats repeats : CatalogCheck.Repeats.values()) {
        if (repeats.name().equalsIgnoreCase(text)) {
          return repeats;
        }
      }
      throw new TypeConversionException("'" + text + "' is not later or keep");
    }
  }

  private static final class FlaggedConverter implements ITypeConverter<FlaggedObjects> {
    @Override
    public FlaggedObjects convert(String text) {
      for (FlaggedObjects flagged : FlaggedObjects.values()) {
        if (flagged.name().replace('_', '-').equalsIgnoreCase(text)) {
          return flagged;
        }
      }
      throw new TypeConversionException("'" + text + "' is not leave-out or count");
    }
  }

  @Override
  public Integer call() {
    CatalogSource source = objectOptions.source(in);
    ColumnOptions columns = objectOptions.columns(null);
    Grouping grouping = columns.grouping(source.mapping());
    if (groupsOut != null && !grouping.isGiven()) {
      throw new ParameterException(
          spec.commandLine(),
          "--groups-out needs --group-column, --group or a mapping that names groups");
    }
    checkOutputs();
    EngineOptions options = options();
    Bundle loaded = Bundle.load(BundleLocator.ofInstallation().locate(bundle));
    CatalogCheck.Opener catalog =
        reasons ->
            new CatalogReader(
                source,
                List.of(loaded.manifest()),
                columns.forInference(source.mapping()),
                reasons);
    CatalogCheck check = ObjectReader.check(catalog, loaded.manifest(), skipIncomplete, duplicates);
    try (ReasonsFile reasons = objectOptions.reasons();
        CatalogReader reader = catalog.open(reasons.reasons())) {
      reader.leaveOut(check.repeated());
      infer(reader, loaded, grouping, options, check);
      reasons.commit();
    }
    return 0;
  }

  private void infer(
      CatalogReader reader,
      Bundle loaded,
      Grouping grouping,
      EngineOptions options,
      CatalogCheck check) {
    Manifest manifest = loaded.manifest();
    PosteriorTable table = new PosteriorTable(manifest, grouping.isGiven(), reader.hasVisits());
    BundleIdentity identity = BundleIdentity.of(loaded);
    ReportFolder folder = report == null ? null : new ReportFolder(report);
    CatalogReport found = new CatalogReport(plots);
    try (PosteriorEngine engine = PosteriorEngine.open(loaded, options);
        RowOutput posteriors = OutputFormat.of(out).open(out, table.objectColumns(), identity);
        RowOutput groups =
            groupsOut == null
                ? null
                : OutputFormat.of(groupsOut).open(groupsOut, table.groupColumns(), identity);
        SampleOutput samplesFile =
            samplesOut == null
                ? null
                : SampleOutput.Format.of(samplesOut)
                    .open(samplesOut, manifest.parameters(), identity)) {
      ObjectTimes times = timed ? new ObjectTimes() : null;
      if (timed) {
        engine.warmUp();
      }
      Combiner combiner = Combiner.of(manifest, combination, flagged);
      CatalogInference inference =
          new CatalogInference(engine, combiner, table, threads.count(), times);
      ObjectReader objects = new ObjectReader(reader, manifest, grouping.name(), skipIncomplete);
      PosteriorListener listener =
          (object, group, posterior) -> {
            found.posterior(object, group, posterior);
            KeptSamples kept = posterior.kept();
            if (samplesFile != null && kept != null) {
              samplesFile.write(object, kept);
            }
          };
      try (Progress progress = TerminalProgress.of("infer", Math.max(1, check.rows()))) {
        inference.run(objects, posteriors, listener, progress);
      }
      Map<String, GroupSummary> combined =
          groups == null && folder == null ? Map.of() : inference.groups();
      if (groups != null) {
        combined.forEach((name, posterior) -> groups.write(table.groupRow(name, posterior)));
        groups.commit();
      }
      posteriors.commit();
      if (samplesFile != null) {
        samplesFile.commit();
      }
      if (folder != null) {
        folder.write(
            String.valueOf(in.getFileName()),
            manifest,
            identity,
            found,
            combined,
            reader.reasons(),
            check.notes());
      }
      spec.commandLine()
          .getOut()
          .printf(
              "%d objects inferred%s with %s %s on %s%n",
              inference.objects(),
              skipIncomplete ? ", " + objects.skipped() + " left out," : "",
              manifest.name(),
              manifest.version(),
              engine.device());
      check.notes().forEach(spec.commandLine().getOut()::println);
      reader.reasons().lines().forEach(spec.commandLine().getOut()::println);
      found
          .notFound()
          .forEach(
              one ->
                  spec.commandLine()
                      .getOut()
                      .printf("--plot: there is no object %s%n", Printable.of(one)));
      if (times != null) {
        spec.commandLine().getOut().println(times.summary());
      }
      spec.commandLine().getOut().flush();
    }
  }

  /** Refuses outputs that cannot be, before anything is done. */
  private void checkOutputs() {
    try {
      OutputFormat.of(out);
      if (groupsOut != null) {
        OutputFormat.of(groupsOut);
      }
      if (samplesOut != null) {
        SampleOutput.Format.of(samplesOut);
      }
    } catch (SidereusException e) {
      throw new ParameterException(spec.commandLine(), String.valueOf(e.getMessage()), e);
    }
    Set<Path> files = new HashSet<>();
    for (Path file : Arrays.asList(out, groupsOut, samplesOut)) {
      if (file != null
          && !files.add(file.toAbsolutePath().normalize())
          && !(Files.exists(file) && !Files.isRegularFile(file))) {
        throw new ParameterException(
            spec.commandLine(), file + " is named for two outputs; give each a file of its own");
      }
    }
    if (keptSamples < 1) {
      throw new ParameterException(
          spec.commandLine(), "--kept-samples must be at least 1 but is " + keptSamples);
    }
    if (!plots.isEmpty() && report == null) {
      throw new ParameterException(spec.commandLine(), "--plot needs --report");
    }
    if (plots.size() > CatalogReport.MOST_PLOTS) {
      throw new ParameterException(
          spec.commandLine(),
          "--plot can be given %d times, not %d".formatted(CatalogReport.MOST_PLOTS, plots.size()));
    }
  }

  private EngineOptions options() {
    try {
      // each of the threads calls the engine
      return EngineOptions.defaults()
          .withDevice(device)
          .withKernels(kernels.kernels())
          .withSamples(samples)
          .withKeptSamples(samplesOut == null && report == null ? 0 : keptSamples);
    } catch (IllegalArgumentException e) {
      throw new ParameterException(spec.commandLine(), "--" + e.getMessage(), e);
    }
  }
}
