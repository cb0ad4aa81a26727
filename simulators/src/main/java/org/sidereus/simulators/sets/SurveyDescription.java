package org.sidereus.simulators.sets;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.sidereus.engine.bundle.Covariate;
import org.sidereus.engine.bundle.Feature;
import org.sidereus.engine.bundle.Parameter;
import org.sidereus.simulators.model.ForwardModel;

/**
 * What surveys measure of a model's objects.
 *
 * @param observables what is measured, with its errors
 * @param parameters names of all parameters of the model
 * @param covariates names of all covariates of the model
 * @param measuredParameters parameters that some surveys measure directly
 * @param usualPatterns names of the observables that known surveys measure, one set for each
 */
public record SurveyDescription(
    List<SurveyedObservable> observables,
    List<String> parameters,
    List<String> covariates,
    List<MeasuredParameter> measuredParameters,
    List<Set<String>> usualPatterns) {
  public SurveyDescription {
    observables = List.copyOf(observables);
    parameters = List.copyOf(parameters);
    covariates = List.copyOf(covariates);
    measuredParameters = List.copyOf(measuredParameters);
    usualPatterns = List.copyOf(usualPatterns);
  }

  /** Surveys of a model that measure all observables with errors of one kind. */
  static SurveyDescription of(
      ForwardModel model,
      ObservableErrors errors,
      boolean mayBeMissing,
      List<MeasuredParameter> measuredParameters,
      List<Set<String>> usualPatterns) {
    return new SurveyDescription(
        model.observables().stream()
            .map(
                one ->
                    new SurveyedObservable(
                        one.name(), one.unit(), one.noise(), errors, mayBeMissing))
            .toList(),
        model.parameters().stream().map(Parameter::name).toList(),
        model.covariates().stream().map(Covariate::name).toList(),
        measuredParameters,
        usualPatterns);
  }

  /** The features of surveys: values, errors that differ, masks, parameters, covariates. */
  public List<Feature> features() {
    List<Feature> features = new ArrayList<>();
    observables.forEach(one -> features.add(new Feature(Feature.Kind.VALUE, one.name())));
    observables.stream()
        .filter(
            one ->
                one.errors() instanceof ObservableErrors.Range
                    || one.errors() instanceof ObservableErrors.Column)
        .forEach(one -> features.add(new Feature(Feature.Kind.ERROR, one.name())));
    observables.stream()
        .filter(SurveyedObservable::mayBeMissing)
        .forEach(one -> features.add(new Feature(Feature.Kind.MASK, one.name())));
    for (MeasuredParameter parameter : measuredParameters) {
      String name = parameters.get(parameter.parameter());
      features.add(new Feature(Feature.Kind.COVARIATE, name));
      features.add(new Feature(Feature.Kind.COVARIATE_ERROR, name));
      features.add(new Feature(Feature.Kind.COVARIATE_MASK, name));
    }
    covariates.forEach(name -> features.add(new Feature(Feature.Kind.COVARIATE, name)));
    return List.copyOf(features);
  }

  /** The observables whose errors are in a column of the table of simulations, in their order. */
  public List<SurveyedObservable> withErrorColumns() {
    return observables.stream()
        .filter(one -> one.errors() instanceof ObservableErrors.Column)
        .toList();
  }
}
