package org.sidereus.engine.bundle;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.databind.JsonSerializer;
import com.fasterxml.jackson.databind.SerializerProvider;
import java.io.IOException;

/** Writes an infinite bound as null, because JSON has no infinity. */
final class BoundSerializer extends JsonSerializer<Double> {
  @Override
  public void serialize(Double bound, JsonGenerator json, SerializerProvider provider)
      throws IOException {
    if (bound.isInfinite()) {
      json.writeNull();
    } else {
      json.writeNumber(bound);
    }
  }
}
