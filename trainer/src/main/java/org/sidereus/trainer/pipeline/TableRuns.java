package org.sidereus.trainer.pipeline;

import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import org.sidereus.engine.SidereusException;
import org.sidereus.engine.bundle.FileEntry;
import org.sidereus.engine.bundle.Manifest;
import org.sidereus.exporter.check.BundleCheck;
import org.sidereus.exporter.check.Fault;
import org.sidereus.exporter.check.Finding;
import org.sidereus.exporter.check.SimulatedPrior;
import org.sidereus.networks.Weights;
import org.sidereus.simulators.casefile.CaseFile;
import org.sidereus.simulators.casefile.CaseModel;
import org.sidereus.simulators.casefile.CaseTable;
import org.sidereus.simulators.casefile.TableNoise;
import org.sidereus.simulators.model.DerivedQuantity;
import org.sidereus.simulators.sets.ObservableErrors;
import org.sidereus.simulators.sets.ObservationModel;
import org.sidereus.simulators.sets.SurveyedObservable;
import org.sidereus.simulators.sets.TrainingSet;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A training whose runs are a table: what the case file says of them, and how they are divided.
 *
 * @param caseFile the case
 * @param rows runs of the table
 * @param provenance what the result depends on: the case file, name and hash of the table
 */
public record TableRuns(CaseFile caseFile, CaseTable.Rows rows, Map<String, Object> provenance) {
  private static final Logger LOG = LoggerFactory.getLogger(TableRuns.class);

  /** With fewer rows, a tenth of them says nothing of a posterior. */
  private static final int FEWEST_ROWS = 200;

  private static final int MOST_HELD_OUT = 5_000;
  private static final int MOST_VALIDATION = 20_000;

  /** Share of void runs above which an emulator would be asked where there are no runs. */
  private static final double MOST_VOID = 0.01;

  /** Faults that say that the table is another one than the case file says. */
  private static final List<Fault> WRONG_TABLE =
      List.of(Fault.NOISY_SIMULATIONS, Fault.SWAPPED_COLUMNS, Fault.UNITS, Fault.PRIOR);

  /**
   * Reads a table and compares it with the case.
   *
   * @throws SidereusException if it cannot be read, has too few rows or another prior than the case
   */
  public static TableRuns read(CaseFile caseFile, Path table) {
    CaseTable.Rows rows = CaseTable.read(caseFile, table);
    if (rows.set().rows() < FEWEST_ROWS) {
      throw new SidereusException(
          "%s has %d usable rows and %d void ones, but a training needs at least %d, of which a fifth is held out; posteriors of %d parameters that are worth something need some thousands"
              .formatted(
                  table,
                  rows.set().rows(),
                  rows.voidRows(),
                  FEWEST_ROWS,
                  caseFile.parameters().size()));
    }
    Finding prior = SimulatedPrior.finding(draft(caseFile), rows.inputs());
    if (prior.status() == Finding.Status.FAILED) {
      throw new SidereusException(table + ": " + prior.kind() + ": " + prior.detail());
    }
    LOG.info(
        "simulations: {} runs and {} void ones in {}", rows.set().rows(), rows.voidRows(), table);
    Map<String, Object> simulations = new LinkedHashMap<>();
    simulations.put("file", String.valueOf(table.getFileName()));
    simulations.put("sha256", FileEntry.of(table).sha256());
    simulations.put("rows", rows.set().rows());
    simulations.put("void_rows", rows.voidRows());
    Map<String, Object> provenance = new LinkedHashMap<>();
    provenance.put(CaseFile.KEY, caseFile.source());
    provenance.put("simulations", simulations);
    return new TableRuns(caseFile, rows, provenance);
  }

  /** The manifest as far as the case file says it. */
  private static Manifest draft(CaseFile caseFile) {
    return Manifest.builder()
        .name("draft")
        .version("1")
        .parameters(caseFile.parameters())
        .correlations(caseFile.inputs().correlations())
        .covariates(caseFile.covariates())
        .derived(caseFile.derived().stream().map(DerivedQuantity::quantity).toList())
        .observables(caseFile.modelObservables())
        .features(caseFile.surveys().features())
        .samples(2)
        .build();
  }

  /** The model, which cannot run. */
  CaseModel model() {
    return CaseModel.ofTable(caseFile);
  }

  /** Rows that train nothing: the truth of the validation. */
  int heldOut() {
    return Math.min(MOST_HELD_OUT, rows.set().rows() / 10);
  }

  /** Rows that say when a training is best. */
  public int validation() {
    return Math.min(MOST_VALIDATION, rows.set().rows() / 10);
  }

  /** Rows that train. */
  public int training() {
    return rows.set().rows() - heldOut() - validation();
  }

  /** Whether the runs have no noise. */
  boolean hasNoiselessRows() {
    return caseFile.simulations() == TableNoise.NOISELESS;
  }

  /** Whether the runs say what an emulator needs: the model without noise, and the whole prior. */
  boolean hasEmulator() {
    return hasNoiselessRows() && caseFile.hasIndependentPriors();
  }

  /** Whether a flow can be trained on predictions of the emulator for fresh draws of the prior. */
  public boolean canEmulateObjects() {
    return hasEmulator() && rows.voidRows() <= MOST_VOID * (rows.voidRows() + rows.set().rows());
  }

  /** How objects are observed; the errors of a table are those of the rows that train. */
  ObservationModel survey(WorkDirectory work) {
    boolean fromTable = !caseFile.surveys().withErrorColumns().isEmpty();
    return caseFile.survey(
        fromTable
            ? Weights.read(work.existing(work.tableErrors(), Stage.SIMULATE)).get("errors").values()
            : new float[0]);
  }

  /**
   * Checks a bundle with the rows that did not train it.
   *
   * @throws SidereusException if the table is another one than the case file says
   */
  void check(Path bundle, WorkDirectory work) {
    if (caseFile.observables().stream()
        .anyMatch(one -> one.errors() instanceof ObservableErrors.Unknown)) {
      return; // the check adds noise, and nothing says how much
    }
    List<Finding> faults =
        new BundleCheck(bundle, work.heldOutTable())
            .run().findings().stream()
                .filter(finding -> finding.status() == Finding.Status.FAILED)
                .toList();
    faults.forEach(finding -> LOG.warn("check: {}", finding));
    List<Finding> wrong =
        faults.stream().filter(finding -> WRONG_TABLE.contains(finding.kind())).toList();
    if (!wrong.isEmpty()) {
      throw new SidereusException(
          "the bundle %s does not fit the table: %s; correct the case file or the table and remove the bundle"
              .formatted(
                  bundle,
                  wrong.stream()
                      .map(one -> one.kind() + ": " + one.detail())
                      .collect(Collectors.joining("; "))));
    }
  }

  /** Writes held-out rows with the columns of the table. */
  void writeHeldOut(TrainingSet heldOut, Path file) {
    List<String> header = new ArrayList<>(caseFile.inputs().names());
    caseFile.observables().forEach(one -> header.add(one.name()));
    boolean noisy = !hasNoiselessRows();
    int inputs = header.size() - caseFile.observables().size();
    int m = caseFile.observables().size();
    for (SurveyedObservable one : caseFile.surveys().withErrorColumns()) {
      header.add(((ObservableErrors.Column) one.errors()).column());
    }
    if (noisy) {
      caseFile.observables().forEach(one -> header.add(one.name() + "_error"));
    }
    try (BufferedWriter writer = Files.newBufferedWriter(file)) {
      writer.write(String.join(",", header.stream().distinct().toList()) + "\n");
      int columns = heldOut.observableCount();
      for (int row = 0; row < heldOut.rows(); row++) {
        Map<String, String> cells = new LinkedHashMap<>();
        for (int k = 0; k < inputs; k++) {
          cells.put(header.get(k), text(heldOut.parameters()[row * inputs + k]));
        }
        for (int j = 0; j < columns; j++) {
          cells.put(header.get(inputs + j), text(heldOut.observables()[row * columns + j]));
        }
        int error = row * columns + m;
        for (SurveyedObservable one :
            noisy ? caseFile.observables() : List.<SurveyedObservable>of()) {
          String cell =
              one.errors() instanceof ObservableErrors.Column
                  ? text(heldOut.observables()[error++])
                  : one.errors() instanceof ObservableErrors.Fixed fixed
                      ? String.format(Locale.ROOT, "%s", fixed.error())
                      : "";
          cells.putIfAbsent(one.name() + "_error", cell);
        }
        writer.write(String.join(",", cells.values()) + "\n");
      }
    } catch (IOException e) {
      throw new SidereusException("cannot write " + file + ": " + SidereusException.reason(e), e);
    }
  }

  private static String text(float value) {
    return Float.isNaN(value) ? "" : Float.toString(value);
  }
}
