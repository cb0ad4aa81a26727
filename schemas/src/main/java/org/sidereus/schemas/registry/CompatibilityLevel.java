package org.sidereus.schemas.registry;

import java.util.List;
import org.apache.avro.Schema;
import org.apache.avro.SchemaCompatibility;
import org.apache.avro.SchemaCompatibility.SchemaCompatibilityType;

/**
 * The compatibility that a subject demands of its next version, as Confluent's registry names and
 * defines it.
 */
public enum CompatibilityLevel {
  /** Nothing. */
  NONE(false, false, false),
  /** The new schema reads what the latest wrote. */
  BACKWARD(true, false, false),
  /** The new schema reads what any version wrote. */
  BACKWARD_TRANSITIVE(true, false, true),
  /** The latest schema reads what the new one writes. */
  FORWARD(false, true, false),
  /** Every version reads what the new one writes. */
  FORWARD_TRANSITIVE(false, true, true),
  /** Both ways, with the latest. */
  FULL(true, true, false),
  /** Both ways, with every version. */
  FULL_TRANSITIVE(true, true, true);

  private final boolean backward;
  private final boolean forward;
  private final boolean transitive;

  CompatibilityLevel(boolean backward, boolean forward, boolean transitive) {
    this.backward = backward;
    this.forward = forward;
    this.transitive = transitive;
  }

  /**
   * Whether a schema may follow the given versions.
   *
   * @param earlier the versions, oldest first
   */
  public boolean allows(Schema candidate, List<Schema> earlier) {
    List<Schema> relevant =
        transitive || earlier.isEmpty()
            ? earlier
            : earlier.subList(earlier.size() - 1, earlier.size());
    return relevant.stream()
        .allMatch(
            version ->
                (!backward || reads(candidate, version))
                    && (!forward || reads(version, candidate)));
  }

  private static boolean reads(Schema reader, Schema writer) {
    return SchemaCompatibility.checkReaderWriterCompatibility(reader, writer).getType()
        == SchemaCompatibilityType.COMPATIBLE;
  }
}
