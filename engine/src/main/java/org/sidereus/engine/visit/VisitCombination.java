package org.sidereus.engine.visit;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.sidereus.engine.bundle.Feature;
import org.sidereus.engine.bundle.Manifest;
import org.sidereus.engine.bundle.Noise;
import org.sidereus.engine.bundle.Observable;
import org.sidereus.engine.inference.Measurement;
import org.sidereus.engine.inference.SharedError;

/**
 * Combines the visits of an object into the measurements that a bundle reads. Safe for threads.
 *
 * <ul>
 *   <li>A quantity that one visit measured is taken from it as it is.
 *   <li>An observable that several measured is their mean with inverse-variance weights, where the
 *       bundle says that the noise is normal ({@link Noise#combine}). A missing error counts as the
 *       observable's trained error.
 *   <li>A covariate likewise, with normal noise, if each of them has an error.
 *   <li>Visits are independent of each other, so that the errors that measurements of one visit
 *       share stay shared by the means, each with the weight of the visit in them. Errors are total
 *       errors then.
 *   <li>Where the error of one of several is not known at all, the latest visit's measurement is
 *       taken; of visits of the same time, the one whose name comes last.
 * </ul>
 *
 * <p>The sums run over the visits in the order of their names, so that the result is the same to
 * the last bit in whatever order they came.
 */
public final class VisitCombination {
  private static final Comparator<Visit> BY_TIME =
      Comparator.comparingLong(Visit::timeMs).thenComparing(Visit::name);

  private final Map<String, Observable> observables = new LinkedHashMap<>();
  private final Set<String> names = new LinkedHashSet<>();

  /** A combination for a bundle. */
  public VisitCombination(Manifest manifest) {
    manifest.observables().forEach(one -> observables.put(one.name(), one));
    names.addAll(observables.keySet());
    manifest.features().stream().map(Feature::of).forEach(names::add);
  }

  /**
   * A visit without what the bundle does not read. The others do not change what the visits say
   * together, and an event may have any number of them.
   */
  public Visit reduced(Visit visit) {
    Map<String, Measurement> read = new HashMap<>();
    for (String name : names) {
      Measurement one = visit.measurements().get(name);
      if (one != null) {
        read.put(name, one);
      }
    }
    List<SharedError> shared = new ArrayList<>();
    for (SharedError one : visit.sharedErrors()) {
      Map<String, Double> coefficients = new HashMap<>();
      one.coefficients()
          .forEach(
              (name, coefficient) -> {
                if (read.containsKey(name)) {
                  coefficients.put(name, coefficient);
                }
              });
      if (!coefficients.isEmpty()) {
        shared.add(new SharedError(one.error(), one.included(), coefficients));
      }
    }
    return new Visit(visit.name(), visit.revision(), visit.timeMs(), read, shared);
  }

  /** What the visits say together, by name of observable or covariate of the bundle. */
  public Map<String, Measurement> of(ObjectVisits visits) {
    Map<String, Measurement> combined = new HashMap<>();
    for (String name : names) {
      List<Visit> measured = measuring(name, visits);
      if (!measured.isEmpty()) {
        combined.put(name, combined(name, measured));
      }
    }
    return combined;
  }

  /** The errors that the measurements of {@link #of} share; they are included in their errors. */
  public List<SharedError> sharedErrors(ObjectVisits visits) {
    if (visits.all().stream().allMatch(one -> one.sharedErrors().isEmpty())) {
      return List.of();
    }
    Map<String, Map<Visit, Double>> weights = new HashMap<>();
    for (String name : names) {
      weights.put(name, weights(name, measuring(name, visits)));
    }
    List<SharedError> combined = new ArrayList<>();
    for (Visit visit : visits.all()) {
      for (SharedError one : visit.sharedErrors()) {
        Map<String, Double> coefficients = new HashMap<>();
        one.coefficients()
            .forEach(
                (name, coefficient) -> {
                  double weight = weights.getOrDefault(name, Map.of()).getOrDefault(visit, 0.0);
                  if (weight > 0) {
                    coefficients.put(name, weight * coefficient);
                  }
                });
        if (!coefficients.isEmpty()) {
          combined.add(new SharedError(one.error(), true, coefficients));
        }
      }
    }
    return combined;
  }

  private static List<Visit> measuring(String name, ObjectVisits visits) {
    return visits.all().stream().filter(one -> one.measurements().containsKey(name)).toList();
  }

  private Measurement combined(String name, List<Visit> visits) {
    Optional<List<Noise.Measured>> measured = measured(name, visits);
    if (measured.isEmpty()) {
      return measurement(latest(visits), name);
    }
    Noise.Measured all = noise(name).combine(measured.get());
    return Measurement.of(all.value(), all.error());
  }

  /** The share of each visit in the combined measurement. */
  private Map<Visit, Double> weights(String name, List<Visit> visits) {
    Optional<List<Noise.Measured>> measured = measured(name, visits);
    if (measured.isEmpty()) {
      return visits.isEmpty() ? Map.of() : Map.of(latest(visits), 1.0);
    }
    double[] weights = noise(name).weights(measured.get());
    Map<Visit, Double> byVisit = new HashMap<>();
    for (int i = 0; i < weights.length; i++) {
      byVisit.put(visits.get(i), weights[i]);
    }
    return byVisit;
  }

  /** What several visits measured; empty: one of them is taken. */
  private Optional<List<Noise.Measured>> measured(String name, List<Visit> visits) {
    if (visits.size() < 2) {
      return Optional.empty();
    }
    List<Noise.Measured> measured = new ArrayList<>(visits.size());
    for (Visit visit : visits) {
      Measurement one = measurement(visit, name);
      Double error = one.error() == null ? trainedError(name) : one.error();
      if (error == null) {
        return Optional.empty();
      }
      measured.add(new Noise.Measured(one.value(), error));
    }
    return Optional.of(measured);
  }

  private static Visit latest(List<Visit> visits) {
    return visits.stream().max(BY_TIME).orElseThrow();
  }

  private Noise noise(String name) {
    Observable observable = observables.get(name);
    return observable == null ? Noise.NORMAL : observable.noise();
  }

  /** A measurement with its total error. */
  private Measurement measurement(Visit visit, String name) {
    Measurement measurement = Objects.requireNonNull(visit.measurements().get(name), name);
    return SharedError.total(name, measurement, visit.sharedErrors(), trainedError(name));
  }

  private @Nullable Double trainedError(String name) {
    Observable observable = observables.get(name);
    return observable == null ? null : observable.error();
  }
}
