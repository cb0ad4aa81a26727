package org.sidereus.simulators.casefile;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.sidereus.engine.SidereusException;
import org.sidereus.engine.bundle.Covariate;
import org.sidereus.engine.bundle.Observable;
import org.sidereus.engine.bundle.Parameter;
import org.sidereus.simulators.model.DerivedQuantity;
import org.sidereus.simulators.sets.AnySurvey;
import org.sidereus.simulators.sets.AsMeasured;
import org.sidereus.simulators.sets.ObservableErrors;
import org.sidereus.simulators.sets.ObservationModel;
import org.sidereus.simulators.sets.SurveyDescription;
import org.sidereus.simulators.sets.SurveyedObservable;

/**
 * A science case that is described by a file; docs/reference/case.md says what each key means. It
 * says nothing of the simulator: its runs come from a table or a program.
 *
 * @param name name of the case
 * @param description one sentence for readers
 * @param inputs parameters and covariates
 * @param surveys what the model predicts and surveys measure
 * @param derived quantities that follow from parameters and covariates
 * @param simulations whether the observables of a table of simulations have noise
 * @param source the file as maps, lists, texts and numbers, for the provenance of a bundle
 */
public record CaseFile(
    String name,
    String description,
    CaseInputs inputs,
    SurveyDescription surveys,
    List<DerivedQuantity> derived,
    TableNoise simulations,
    Map<String, Object> source) {

  /** Key of a case file in the provenance of a manifest. */
  public static final String KEY = "case_file";

  /**
   * Checks what the keys say of each other.
   *
   * @throws IllegalArgumentException with what is wrong and what to do
   */
  public CaseFile {
    derived = List.copyOf(derived);
    source = Collections.unmodifiableMap(new LinkedHashMap<>(source));
    checkUnique(inputs, surveys.observables(), derived);
    checkPatterns(surveys);
    for (SurveyedObservable observable : surveys.observables()) {
      checkErrors(observable, surveys, simulations);
    }
    if (simulations == TableNoise.NOISY && !surveys.measuredParameters().isEmpty()) {
      throw new IllegalArgumentException(
          "measured_parameters needs noiseless simulations: a noisy table holds all measurements");
    }
  }

  private static void checkPatterns(SurveyDescription surveys) {
    Set<String> known = namesOf(surveys.observables());
    for (Set<String> pattern : surveys.usualPatterns()) {
      for (String observable : pattern) {
        if (!known.contains(observable)) {
          throw new IllegalArgumentException(
              "patterns names " + observable + ", which is no observable");
        }
      }
      for (SurveyedObservable observable : surveys.observables()) {
        if (!observable.mayBeMissing() && !pattern.contains(observable.name())) {
          throw new IllegalArgumentException(
              "a pattern lacks %s, which may not be missing; add it to the pattern, or say \"may_be_missing\": true"
                  .formatted(observable.name()));
        }
      }
    }
  }

  private static void checkErrors(
      SurveyedObservable observable, SurveyDescription surveys, TableNoise simulations) {
    if (observable.errors() instanceof ObservableErrors.Column column) {
      checkErrorColumn(observable.name(), column.column(), surveys, simulations);
    }
    if (simulations == TableNoise.NOISY && observable.errors() instanceof ObservableErrors.Range) {
      throw new IllegalArgumentException(
          "%s has a range of errors, but noisy simulations have their noise already; name the column with its error (error_column), or its fixed error"
              .formatted(observable.name()));
    }
    if (simulations == TableNoise.NOISELESS
        && observable.errors() instanceof ObservableErrors.Unknown) {
      throw new IllegalArgumentException(
          "%s has no error; give error, also with error_lower and error_upper, or error_column"
              .formatted(observable.name()));
    }
  }

  private static void checkErrorColumn(
      String observable, String column, SurveyDescription surveys, TableNoise simulations) {
    if (namesOf(surveys.observables()).contains(column)
        || surveys.parameters().contains(column)
        || surveys.covariates().contains(column)) {
      throw new IllegalArgumentException(
          "error_column of %s is %s, which is the column of something else"
              .formatted(observable, column));
    }
    if (simulations == TableNoise.NOISELESS && column.equals(observable + "_error")) {
      throw new IllegalArgumentException(
          "error_column of %s is %s, but sidereus check takes a table with such columns for a noisy one; give the column of a noiseless table another name"
              .formatted(observable, column));
    }
  }

  /**
   * Reads a case file.
   *
   * @throws SidereusException if it is missing or wrong: the key, its value, its place and what to
   *     do
   */
  public static CaseFile read(Path file) {
    return CaseFileJson.read(file);
  }

  /**
   * The case file in the provenance of a bundle that was trained with one.
   *
   * @param provenance of the bundle's manifest
   * @return null for a bundle without one
   * @throws SidereusException if it is wrong
   */
  public static @Nullable CaseFile of(Map<String, Object> provenance) {
    return provenance.get(KEY) instanceof Map<?, ?> source ? CaseFileJson.of(source) : null;
  }

  /** What is inferred. */
  public List<Parameter> parameters() {
    return inputs.parameters();
  }

  /** What else the model depends on and is known of each object. */
  public List<Covariate> covariates() {
    return inputs.covariates();
  }

  /** What the model predicts and surveys measure. */
  public List<SurveyedObservable> observables() {
    return surveys.observables();
  }

  /** The observables as a model has them, without ranges. */
  public List<Observable> modelObservables() {
    return observables().stream().map(SurveyedObservable::observable).toList();
  }

  /**
   * How objects are observed in a training.
   *
   * @param tableErrors [N, E] row-major: errors of the observables that have a column for them;
   *     empty where there are none
   */
  public ObservationModel survey(float[] tableErrors) {
    return simulations == TableNoise.NOISY
        ? new AsMeasured(surveys, tableErrors)
        : new AnySurvey(surveys, tableErrors);
  }

  /**
   * How objects are observed whose simulator is a program.
   *
   * @throws SidereusException if the case has columns of a table, or noisy simulations
   */
  public ObservationModel survey() {
    if (simulations == TableNoise.NOISY || !surveys.withErrorColumns().isEmpty()) {
      throw new SidereusException(
          "the case "
              + name
              + " has noisy simulations or an error_column, which only a table has; give each"
              + " observable its error, also with error_lower and error_upper");
    }
    return survey(new float[0]);
  }

  /**
   * Whether the priors of the parameters are independent, so that draws of each and the product of
   * their densities are right.
   */
  public boolean hasIndependentPriors() {
    return inputs.correlations().isEmpty();
  }

  private static Set<String> namesOf(List<SurveyedObservable> observables) {
    return Set.copyOf(observables.stream().map(SurveyedObservable::name).toList());
  }

  private static void checkUnique(
      CaseInputs inputs, List<SurveyedObservable> observables, List<DerivedQuantity> derived) {
    List<String> names = new ArrayList<>(inputs.names());
    derived.forEach(one -> names.add(one.quantity().name()));
    observables.forEach(one -> names.add(one.name()));
    Set<String> seen = new HashSet<>();
    for (String name : names) {
      if (!seen.add(name)) {
        throw new IllegalArgumentException(
            "the name " + name + " is given twice; names of columns must differ");
      }
    }
  }
}
