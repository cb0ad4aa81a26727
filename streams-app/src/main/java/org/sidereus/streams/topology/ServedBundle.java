package org.sidereus.streams.topology;

import java.util.Set;
import org.sidereus.engine.bundle.Manifest;
import org.sidereus.engine.bundle.Observable;
import org.sidereus.engine.combination.CombinationMethod;
import org.sidereus.engine.combination.Combiner;
import org.sidereus.engine.combination.FlaggedObjects;
import org.sidereus.engine.inference.FeatureEncoder;

/**
 * A bundle to which observations are put.
 *
 * @param manifest the manifest of the bundle
 * @param encoder from measurements to rows
 * @param inference from rows to posteriors of objects
 * @param combiner from posteriors of objects to those of groups
 * @param surveys surveys whose observations are put to it unless they name a bundle; empty: all
 */
public record ServedBundle(
    Manifest manifest,
    FeatureEncoder encoder,
    Inference inference,
    Combiner combiner,
    Set<String> surveys) {

  public ServedBundle {
    surveys = Set.copyOf(surveys);
  }

  /** A bundle that serves all surveys. */
  public ServedBundle(
      Manifest manifest, FeatureEncoder encoder, Inference inference, Combiner combiner) {
    this(manifest, encoder, inference, combiner, Set.of());
  }

  /** A bundle that combines groups by polynomials where it can, without flagged objects. */
  public static ServedBundle of(Manifest manifest, Inference inference) {
    return of(manifest, inference, CombinationMethod.POLYNOMIAL, FlaggedObjects.LEAVE_OUT);
  }

  /**
   * A bundle that combines by some method.
   *
   * @param flagged how flagged objects are treated
   */
  public static ServedBundle of(
      Manifest manifest,
      Inference inference,
      CombinationMethod combination,
      FlaggedObjects flagged) {
    return new ServedBundle(
        manifest,
        new FeatureEncoder(manifest),
        inference,
        Combiner.of(manifest, combination, flagged));
  }

  /** The same bundle for some surveys; none: for all. */
  public ServedBundle forSurveys(Set<String> some) {
    return new ServedBundle(manifest, encoder, inference, combiner, some);
  }

  /** Whether observations of a survey are put to it. */
  boolean serves(String survey) {
    return surveys.isEmpty() || surveys.contains(survey);
  }

  /** Whether it reads an observable that was measured. Without any, the posterior is the prior. */
  boolean reads(Set<String> measured) {
    return manifest.observables().isEmpty()
        || manifest.observables().stream().map(Observable::name).anyMatch(measured::contains);
  }

  /** The part of the bundle that groups need. */
  public CombinedBundle combined() {
    return new CombinedBundle(manifest, combiner);
  }

  String name() {
    return manifest.name();
  }

  String version() {
    return manifest.version();
  }
}
