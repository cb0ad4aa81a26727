package org.sidereus.engine.inference;

import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.sidereus.engine.SidereusException;
import org.sidereus.engine.bundle.Feature;
import org.sidereus.engine.bundle.Manifest;
import org.sidereus.engine.bundle.Observable;

/**
 * Turns measurements into rows of features, by the features of a bundle. Safe for threads.
 *
 * <ul>
 *   <li>An observable (or covariate) that has a mask among the features may be missing; its other
 *       features are then 0. Without a mask it is needed. An object of which no observable at all
 *       was measured is refused: its posterior would be the prior.
 *   <li>A given error must be positive and finite in every case. Where the bundle has an error
 *       feature, the given error is written there, or the observable's trained error if none is
 *       given. Where it has none, the bundle was trained for one fixed error and a different one
 *       changes nothing.
 *   <li>Values are written as float32; one that does not fit is refused as not finite.
 * </ul>
 */
public final class FeatureEncoder {
  private final List<Feature> features;
  private final Map<String, Observable> observables;
  private final Set<String> masked = new HashSet<>();
  private final ErrorCorrelations correlations;

  public FeatureEncoder(Manifest manifest) {
    features = manifest.features();
    observables =
        manifest.observables().stream().collect(Collectors.toMap(Observable::name, o -> o));
    correlations = new ErrorCorrelations(manifest);
    for (Feature feature : features) {
      if (feature.kind() == Feature.Kind.MASK || feature.kind() == Feature.Kind.COVARIATE_MASK) {
        masked.add(feature.of());
      }
    }
  }

  /**
   * Encodes one object whose measurements share errors. The error features have the total errors.
   *
   * @param measurements by name of observable or covariate; names that the bundle does not know are
   *     ignored
   * @param shared errors that measurements share; none: their errors are independent
   */
  public Encoding encode(Map<String, Measurement> measurements, List<SharedError> shared) {
    if (shared.isEmpty()) {
      return encode(measurements);
    }
    Encoding.Refused refused = correlations.check(measurements, shared);
    if (refused != null) {
      return refused;
    }
    Map<String, Measurement> totals = new HashMap<>();
    measurements.forEach(
        (name, one) -> totals.put(name, SharedError.total(name, one, shared, trainedError(name))));
    Encoding encoding = encode(totals);
    return encoding instanceof Encoding.Row row
        ? correlations.encode(row.features(), totals, shared)
        : encoding;
  }

  /**
   * Encodes one object whose errors are independent.
   *
   * @param measurements by name of observable or covariate; names that the bundle does not know are
   *     ignored
   */
  public Encoding encode(Map<String, Measurement> measurements) {
    if (measurements instanceof MeasuredColumns columns) {
      float[] row = row(columns);
      if (row != null) {
        return new Encoding.Row(row);
      }
    }
    if (!observables.isEmpty()
        && observables.keySet().stream().noneMatch(measurements::containsKey)) {
      return new Encoding.Refused(
          Encoding.Reason.MISSING_OBSERVABLE,
          "none of the observables "
              + String.join(", ", new TreeSet<>(observables.keySet()))
              + " was measured; give at least one");
    }
    float[] row = new float[features.size()];
    for (int i = 0; i < row.length; i++) {
      Feature feature = features.get(i);
      Measurement measurement = measurements.get(feature.of());
      Encoding.Refused refused = check(feature.of(), measurement);
      if (refused != null) {
        return refused;
      }
      if (measurement == null) {
        continue; // masked: its features stay 0
      }
      Float taken = feature(feature, measurement.value(), measurement.error());
      if (taken == null) {
        return new Encoding.Refused(
            Encoding.Reason.MISSING_OBSERVABLE,
            feature.of() + " has no error and the bundle knows no default; give its error");
      }
      row[i] = taken;
    }
    return new Encoding.Row(row);
  }

  /** What a feature takes of a measurement; null: there is no error for it. */
  private @Nullable Float feature(Feature feature, double value, @Nullable Double given) {
    return switch (feature.kind()) {
      case VALUE, COVARIATE -> (float) value;
      case MASK, COVARIATE_MASK -> 1f;
      case ERROR, COVARIATE_ERROR -> {
        Double error = given == null ? trainedError(feature.of()) : given;
        yield error == null ? null : error.floatValue();
      }
    };
  }

  /** The features of an object of whom nothing is to be refused; null: {@link #encode} says why. */
  private float @Nullable [] row(MeasuredColumns measured) {
    int[] places = measured.names().places(this, this::places);
    if (places.length == 0) {
      return null;
    }
    float[] row = new float[features.size()];
    for (int i = 0; i < row.length; i++) {
      int place = places[i];
      if (place < 0) {
        continue; // masked: its features stay 0
      }
      double value = measured.value(place);
      Double given = measured.error(place);
      if (!isValue(value) || (given != null && !isError(given))) {
        return null;
      }
      Float taken = feature(features.get(i), value, given);
      if (taken == null) {
        return null;
      }
      row[i] = taken;
    }
    return row;
  }

  /** For each feature, where its name is; empty: an object with these names is refused. */
  private int[] places(MeasuredNames names) {
    boolean none =
        !observables.isEmpty()
            && observables.keySet().stream().noneMatch(name -> names.place(name) >= 0);
    int[] places = features.stream().mapToInt(feature -> names.place(feature.of())).toArray();
    for (int i = 0; i < places.length; i++) {
      if (none || (places[i] < 0 && !masked.contains(features.get(i).of()))) {
        return new int[0];
      }
    }
    return places;
  }

  /**
   * The features of one object, for callers that have no use for a refusal.
   *
   * @param measurements as for {@link #encode}
   * @return [F], a row of the graphs' input
   * @throws SidereusException if the object cannot be encoded: what is wrong and what to do
   */
  public float[] features(Map<String, Measurement> measurements) {
    Encoding encoding = encode(measurements);
    if (encoding instanceof Encoding.Refused refused) {
      throw new SidereusException(refused.detail());
    }
    return ((Encoding.Row) encoding).features();
  }

  private @Nullable Double trainedError(String name) {
    Observable observable = observables.get(name);
    return observable == null ? null : observable.error();
  }

  private Encoding.@Nullable Refused check(String name, @Nullable Measurement measurement) {
    if (measurement == null) {
      return masked.contains(name)
          ? null
          : new Encoding.Refused(
              Encoding.Reason.MISSING_OBSERVABLE,
              name + " was not measured but the bundle needs it");
    }
    if (!isValue(measurement.value())) {
      return new Encoding.Refused(
          Encoding.Reason.NOT_FINITE,
          "the value of " + name + " is " + measurement.value() + " but must be a finite number");
    }
    Double error = measurement.error();
    if (error != null && !isError(error)) {
      return new Encoding.Refused(
          Encoding.Reason.NON_POSITIVE_ERROR,
          "the error of " + name + " is " + error + " but must be positive and finite");
    }
    return null;
  }

  private static boolean isValue(double value) {
    return Float.isFinite((float) value);
  }

  private static boolean isError(Double error) {
    return error.floatValue() > 0 && Float.isFinite(error.floatValue());
  }
}
