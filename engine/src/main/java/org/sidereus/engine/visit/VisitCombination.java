package org.sidereus.engine.visit;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.sidereus.engine.bundle.Feature;
import org.sidereus.engine.bundle.Manifest;
import org.sidereus.engine.bundle.Noise;
import org.sidereus.engine.bundle.Observable;
import org.sidereus.engine.inference.Measurement;

/**
 * Combines the visits of an object into the measurements that a bundle reads. Safe for threads.
 *
 * <ul>
 *   <li>A quantity that one visit measured is taken from it as it is.
 *   <li>An observable that several measured is their mean with inverse-variance weights, where the
 *       bundle says that the noise is normal ({@link Noise#combine}). A missing error counts as the
 *       observable's trained error.
 *   <li>A covariate likewise, with normal noise, if each of them has an error.
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

  /** What the visits say together, by name of observable or covariate of the bundle. */
  public Map<String, Measurement> of(ObjectVisits visits) {
    Map<String, Measurement> combined = new HashMap<>();
    for (String name : names) {
      List<Visit> measured =
          visits.all().stream().filter(one -> one.measurements().containsKey(name)).toList();
      if (!measured.isEmpty()) {
        combined.put(name, combined(name, measured));
      }
    }
    return combined;
  }

  private Measurement combined(String name, List<Visit> visits) {
    List<Noise.Measured> measured = new ArrayList<>(visits.size());
    for (Visit visit : visits) {
      Measurement one = measurement(visit, name);
      Double error = one.error() == null ? trainedError(name) : one.error();
      if (error == null || visits.size() == 1) {
        return measurement(visits.stream().max(BY_TIME).orElseThrow(), name);
      }
      measured.add(new Noise.Measured(one.value(), error));
    }
    Observable observable = observables.get(name);
    Noise noise = observable == null ? Noise.NORMAL : observable.noise();
    Noise.Measured all = noise.combine(measured);
    return Measurement.of(all.value(), all.error());
  }

  private static Measurement measurement(Visit visit, String name) {
    return Objects.requireNonNull(visit.measurements().get(name), name);
  }

  private @Nullable Double trainedError(String name) {
    Observable observable = observables.get(name);
    return observable == null ? null : observable.error();
  }
}
