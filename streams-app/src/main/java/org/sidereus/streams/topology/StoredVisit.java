package org.sidereus.streams.topology;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.sidereus.engine.inference.Measurement;
import org.sidereus.engine.inference.SharedError;
import org.sidereus.engine.visit.Visit;
import org.sidereus.streams.state.BinaryReader;
import org.sidereus.streams.state.BinaryWriter;
import org.sidereus.streams.state.StateFormat;

/** The bytes of a visit in the store. */
final class StoredVisit {
  private StoredVisit() {}

  static byte[] toBytes(Visit visit) {
    BinaryWriter out =
        StateFormat.begin()
            .putString(visit.name())
            .putInt(visit.revision())
            .putLong(visit.timeMs())
            .putInt(visit.measurements().size());
    visit
        .measurements()
        .forEach(
            (name, one) ->
                out.putString(name)
                    .putDoubles(
                        one.error() == null
                            ? new double[] {one.value()}
                            : new double[] {one.value(), one.error()}));
    visit.sharedErrors().forEach(one -> put(one, out));
    return out.toBytes();
  }

  private static void put(SharedError one, BinaryWriter out) {
    out.putDoubles(new double[] {one.error()})
        .putBoolean(one.included())
        .putInt(one.coefficients().size());
    one.coefficients()
        .forEach((name, coefficient) -> out.putString(name).putDoubles(new double[] {coefficient}));
  }

  private static SharedError sharedError(BinaryReader in) {
    double error = in.getDoubles()[0];
    boolean included = in.getBoolean();
    int count = in.getInt();
    Map<String, Double> coefficients = new HashMap<>();
    for (int i = 0; i < count; i++) {
      coefficients.put(in.getString(), in.getDoubles()[0]);
    }
    return new SharedError(error, included, coefficients);
  }

  static Visit of(byte[] bytes) {
    BinaryReader in = StateFormat.open(bytes, "a visit of an object");
    String name = in.getString();
    int revision = in.getInt();
    long timeMs = in.getLong();
    int count = in.getInt();
    Map<String, Measurement> measurements = new HashMap<>();
    for (int i = 0; i < count; i++) {
      String quantity = in.getString();
      double[] numbers = in.getDoubles();
      measurements.put(
          quantity, new Measurement(numbers[0], numbers.length == 1 ? null : numbers[1]));
    }
    List<SharedError> sharedErrors = new ArrayList<>();
    while (in.hasMore()) {
      sharedErrors.add(sharedError(in));
    }
    return new Visit(name, revision, timeMs, measurements, sharedErrors);
  }
}
