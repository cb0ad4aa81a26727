package org.sidereus.streams.topology;

import java.util.HashMap;
import java.util.Map;
import org.sidereus.engine.inference.Measurement;
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
    return out.toBytes();
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
    return new Visit(name, revision, timeMs, measurements);
  }
}
