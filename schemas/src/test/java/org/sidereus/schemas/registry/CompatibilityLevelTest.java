package org.sidereus.schemas.registry;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.List;
import org.apache.avro.Schema;
import org.apache.avro.SchemaBuilder;
import org.junit.jupiter.api.Test;

class CompatibilityLevelTest {
  private static final Schema ONE = record().requiredDouble("mass").endRecord();
  private static final Schema TWO =
      record().requiredDouble("mass").optionalDouble("age").endRecord();
  private static final Schema ADDS_REQUIRED =
      record().requiredDouble("mass").requiredDouble("age").endRecord();
  private static final Schema DROPS_REQUIRED = record().optionalDouble("age").endRecord();

  @Test
  void shouldAllowAnOptionalFieldAtEveryLevel() {
    for (CompatibilityLevel level : CompatibilityLevel.values()) {
      assertThat(level.allows(TWO, List.of(ONE))).as(level.name()).isTrue();
    }
  }

  @Test
  void shouldAllowANewRequiredFieldOnlyForward() {
    assertThat(allowing(ADDS_REQUIRED, ONE))
        .containsExactly("NONE", "FORWARD", "FORWARD_TRANSITIVE");
  }

  @Test
  void shouldAllowDroppingARequiredFieldOnlyBackward() {
    assertThat(allowing(DROPS_REQUIRED, ONE))
        .containsExactly("NONE", "BACKWARD", "BACKWARD_TRANSITIVE");
  }

  @Test
  void shouldLookAtAllVersionsOnlyIfTransitive() {
    assertThat(allowing(ADDS_REQUIRED, ONE, ADDS_REQUIRED))
        .containsExactly("NONE", "BACKWARD", "FORWARD", "FORWARD_TRANSITIVE", "FULL");
  }

  private static List<String> allowing(Schema candidate, Schema... earlier) {
    return Arrays.stream(CompatibilityLevel.values())
        .filter(level -> level.allows(candidate, List.of(earlier)))
        .map(Enum::name)
        .toList();
  }

  private static SchemaBuilder.FieldAssembler<Schema> record() {
    return SchemaBuilder.record("Star").fields();
  }
}
