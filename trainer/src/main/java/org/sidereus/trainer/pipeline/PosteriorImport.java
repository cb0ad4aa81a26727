package org.sidereus.trainer.pipeline;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.sidereus.engine.ProgressReporter;
import org.sidereus.engine.SidereusException;
import org.sidereus.engine.bundle.Feature;
import org.sidereus.engine.bundle.FileEntry;
import org.sidereus.engine.bundle.GaussianTerms;
import org.sidereus.engine.bundle.Manifest;
import org.sidereus.engine.bundle.Observable;
import org.sidereus.exporter.bundle.BundleImporter;
import org.sidereus.exporter.bundle.FlowImporter;
import org.sidereus.exporter.bundle.ForeignPosterior;
import org.sidereus.exporter.check.Acceptance;
import org.sidereus.exporter.check.Truths;
import org.sidereus.networks.EmulatorNetwork;
import org.sidereus.networks.Formula;
import org.sidereus.simulators.casefile.CaseFile;
import org.sidereus.simulators.casefile.CaseModel;
import org.sidereus.simulators.casefile.CaseTable;
import org.sidereus.simulators.casefile.TableNoise;
import org.sidereus.simulators.model.DerivedQuantity;
import org.sidereus.simulators.sets.ObservableErrors;
import org.sidereus.simulators.sets.SurveyedObservable;
import org.sidereus.simulators.sets.TrainingSet;
import org.sidereus.trainer.network.DeviceChoice;

/**
 * A posterior of another program, a case and a table of simulations to a bundle. A table without
 * noise trains the emulator of the likelihood; without one, the bundle has no likelihood.
 */
public final class PosteriorImport {
  private final CaseFile science;
  private final Source source;
  private final Target target;
  private final Consumer<String> print;

  /**
   * What is imported.
   *
   * @param posterior the posterior graph, or the folder of a flow ({@code flow.json})
   * @param parity numbers of the framework that trained it; null: none
   * @param simulations table of simulations; null: none
   * @param features columns of x; null: those of the case, in its order
   */
  public record Source(
      Path posterior,
      @Nullable Path parity,
      @Nullable Path simulations,
      @Nullable List<Feature> features) {}

  /**
   * The bundle that is made.
   *
   * @param folder where it is written
   * @param name its name
   * @param version its version
   * @param samples for each object unless asked otherwise; even
   * @param force whether a bundle with faults is written
   * @param command the command line that made it, for provenance
   */
  public record Target(
      Path folder, String name, String version, int samples, boolean force, String command) {}

  /**
   * An import.
   *
   * @param print gets a line for everything that a user should know
   */
  public PosteriorImport(CaseFile science, Source source, Target target, Consumer<String> print) {
    this.science = science;
    this.source = source;
    this.target = target;
    this.print = print;
  }

  /**
   * Writes the bundle.
   *
   * @throws SidereusException where a file is refused, or the check finds a fault and no force is
   *     used
   */
  public void run(TableEmulator emulator, DeviceChoice device, ProgressReporter reporter) {
    if (Files.exists(target.folder())) {
      throw new SidereusException(
          target.folder() + " exists already; remove it or name another folder with --out");
    }
    @Nullable TrainingSet table = table();
    Manifest draft = draft(table);
    ForeignPosterior importer = posterior(draft);
    importer.adapted().forEach(adapted -> print.accept("adapted  posterior: " + adapted));
    Map<String, Object> provenance = new LinkedHashMap<>(draft.provenance());
    provenance.put("adapted", importer.adapted());
    String reason = withoutLikelihood(draft, table);
    EmulatorNetwork network = null;
    List<Observable> observables = draft.observables();
    @Nullable Truths heldOut = table == null ? null : truths(table);
    if (reason != null || table == null) {
      print.accept("without likelihood: " + reason);
      provenance.put("without_likelihood", reason);
    } else {
      TableEmulator.Result trained =
          emulator.train(CaseModel.ofTable(science), withoutErrors(table), device, reporter);
      trained.errors().observables().forEach(one -> print.accept(line(one, trained.errors())));
      provenance.put(Stage.EMULATOR.label(), trained.training());
      network = trained.network();
      observables = trained.errors().in(observables);
      heldOut = truths(trained.heldOut());
    }
    importer.write(
        draft.toBuilder().observables(observables).provenance(provenance).build(),
        network,
        Acceptance.checked(heldOut, target.force(), print),
        target.folder());
  }

  private String line(EmulatorErrors.OfObservable one, EmulatorErrors errors) {
    return String.format(
        Locale.ROOT,
        "emulator of %s: median |error| %.2g %s, 99 %% %.2g, at %d rows that did not train it",
        one.name(),
        one.medianAbsolute(),
        unit(one.name()),
        one.high(),
        errors.runs());
  }

  private ForeignPosterior posterior(Manifest draft) {
    List<Formula> derived = science.derived().stream().map(DerivedQuantity::formula).toList();
    return Files.isDirectory(source.posterior())
        ? new FlowImporter(source.posterior(), draft, derived, source.parity())
        : new BundleImporter(source.posterior(), draft, derived, source.parity());
  }

  private String unit(String observable) {
    return science.observables().stream()
        .filter(one -> one.name().equals(observable))
        .map(SurveyedObservable::unit)
        .findFirst()
        .orElse("");
  }

  /** Why the bundle has no likelihood; null: it has one. */
  private @Nullable String withoutLikelihood(Manifest draft, @Nullable TrainingSet table) {
    if (table == null) {
      return "there are no --simulations to train an emulator from";
    }
    if (science.simulations() == TableNoise.NOISY) {
      return "the simulations have noise, so nothing says what the model predicts without it";
    }
    return GaussianTerms.of(draft).isEmpty()
        ? "the case does not say how large the errors of all observables are"
        : null;
  }

  /** Observables and after them the errors that the table has [N, M + E]. */
  private @Nullable TrainingSet table() {
    if (source.simulations() == null) {
      return null;
    }
    CaseTable.Rows rows = CaseTable.read(science, source.simulations());
    if (rows.voidRows() > 0) {
      print.accept("left out %d void rows of %s".formatted(rows.voidRows(), source.simulations()));
    }
    return rows.set();
  }

  private TrainingSet withoutErrors(TrainingSet table) {
    int m = science.observables().size();
    int width = table.observableCount();
    float[] observables = new float[table.rows() * m];
    for (int row = 0; row < table.rows(); row++) {
      System.arraycopy(table.observables(), row * width, observables, row * m, m);
    }
    return new TrainingSet(table.rows(), table.parameters(), observables);
  }

  /** Objects of a table that lack nothing; errors are those of the noise that is in it. */
  private Truths truths(TrainingSet table) {
    int m = science.observables().size();
    boolean noisy = science.simulations() == TableNoise.NOISY;
    List<double[]> inputs = new ArrayList<>();
    List<double[]> y = new ArrayList<>();
    List<double[]> errors = new ArrayList<>();
    for (int row = 0; row < table.rows(); row++) {
      double[] values = doubles(table.observables(), row, table.observableCount());
      if (Arrays.stream(values).noneMatch(Double::isNaN)) {
        inputs.add(doubles(table.parameters(), row, table.parameterCount()));
        y.add(Arrays.copyOf(values, m));
        errors.add(noisy ? noise(values) : new double[0]);
      }
    }
    return new Truths(inputs, y, noisy ? errors : null);
  }

  private static double[] doubles(float[] values, int row, int width) {
    double[] numbers = new double[width];
    for (int i = 0; i < width; i++) {
      numbers[i] = values[row * width + i];
    }
    return numbers;
  }

  /** Errors of one noisy row; 0 where nobody knows them, and no feature has them. */
  private double[] noise(double[] row) {
    double[] errors = new double[science.observables().size()];
    int column = errors.length;
    for (int j = 0; j < errors.length; j++) {
      ObservableErrors of = science.observables().get(j).errors();
      if (of instanceof ObservableErrors.Column) {
        errors[j] = row[column++];
      } else {
        Double usual = of.usual();
        errors[j] = usual == null ? 0 : usual;
      }
    }
    return errors;
  }

  private Manifest draft(@Nullable TrainingSet table) {
    List<Feature> ofCase = science.surveys().features();
    List<Feature> features = source.features() == null ? ofCase : source.features();
    Map<String, Object> provenance = new LinkedHashMap<>();
    provenance.put("command", target.command());
    Path posterior = source.posterior();
    Path file = Files.isDirectory(posterior) ? posterior.resolve("flow.safetensors") : posterior;
    provenance.put("posterior", FileEntry.of(file).sha256());
    if (features.equals(ofCase)) {
      provenance.put(CaseFile.KEY, science.source());
    }
    return Manifest.builder()
        .name(target.name())
        .version(target.version())
        .description(science.description())
        .parameters(science.parameters())
        .correlations(science.inputs().correlations())
        .covariates(science.covariates())
        .derived(science.derived().stream().map(DerivedQuantity::quantity).toList())
        .observables(observables(table))
        .features(features)
        .likelihood(false)
        .samples(target.samples())
        .provenance(provenance)
        .build();
  }

  private List<Observable> observables(@Nullable TrainingSet table) {
    if (table == null) {
      return science.observables().stream().map(PosteriorImport::observable).toList();
    }
    TrainingSet errors = table.observablesFrom(science.observables().size());
    return new ObservableRanges(table)
        .of(science.modelObservables(), science.survey(errors.observables()), Map.of());
  }

  private static Observable observable(SurveyedObservable one) {
    Observable plain = one.observable();
    return one.errors() instanceof ObservableErrors.Range range
        ? plain.withErrorRange(range.lower(), range.upper())
        : plain;
  }
}
