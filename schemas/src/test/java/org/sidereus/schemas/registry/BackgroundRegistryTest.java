package org.sidereus.schemas.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.HashSet;
import java.util.Queue;
import java.util.Set;
import org.apache.avro.Schema;
import org.apache.avro.SchemaBuilder;
import org.junit.jupiter.api.Test;

class BackgroundRegistryTest {
  private static final int ID = 7;

  private final Schema schema = SchemaBuilder.builder().longType();
  private final Queue<Runnable> tasks = new ArrayDeque<>();
  private final Set<Integer> unknown = new HashSet<>();
  private final Set<Integer> failing = new HashSet<>();
  private final Set<Integer> deep = new HashSet<>();
  private long nowNs = Long.MAX_VALUE - 5; // clocks may wrap
  private int calls;
  private final BackgroundRegistry registry =
      new BackgroundRegistry(
          new Scripted(),
          new BackgroundRegistry.Patience(Duration.ofSeconds(15), Duration.ofMinutes(10)),
          tasks::add,
          () -> nowNs);

  private void after(Duration time) {
    nowNs += time.toNanos();
    tasks.forEach(Runnable::run);
    tasks.clear();
  }

  private enum Outcome {
    FOUND,
    WAITS,
    GIVEN_UP
  }

  private Outcome ask(int id) {
    try {
      assertThat(registry.schema(id)).isEqualTo(schema);
      return Outcome.FOUND;
    } catch (RegistryUnreachableException e) {
      return Outcome.WAITS;
    } catch (UnknownSchemaException e) {
      return Outcome.GIVEN_UP;
    }
  }

  /** Asks four times a second until the outcome changes; returns the time until then. */
  private Duration until(Outcome outcome, Duration most) {
    Duration time = Duration.ZERO;
    while (ask(ID) != outcome && time.compareTo(most) < 0) {
      after(Duration.ofMillis(250));
      time = time.plusMillis(250);
    }
    return time;
  }

  @Test
  void shouldNotCallTheRegistryItself() {
    assertThat(ask(ID)).isEqualTo(Outcome.WAITS);
    assertThat(calls).isZero();
    after(Duration.ofMillis(1));
    assertThat(ask(ID)).isEqualTo(Outcome.FOUND);
    assertThat(ask(ID)).isEqualTo(Outcome.FOUND);
    assertThat(calls).isOne();
  }

  @Test
  void shouldFindAnIdThatTheRegistryGetsAfterAMoment() {
    unknown.add(ID);
    assertThat(until(Outcome.GIVEN_UP, Duration.ofSeconds(12))).isEqualTo(Duration.ofSeconds(12));
    unknown.clear();
    assertThat(until(Outcome.FOUND, Duration.ofSeconds(10))).isLessThan(Duration.ofSeconds(3));
  }

  @Test
  void shouldGiveAnUnknownIdUpAndLookAgainLater() {
    unknown.add(ID);
    assertThat(until(Outcome.GIVEN_UP, Duration.ofSeconds(60)))
        .isBetween(Duration.ofSeconds(15), Duration.ofSeconds(16));
    assertThat(calls).as("calls in 15 s").isLessThan(15);

    unknown.clear();
    assertThat(until(Outcome.FOUND, Duration.ofSeconds(60))).isLessThan(Duration.ofSeconds(11));
  }

  @Test
  void shouldWaitForARegistryThatFailsForAll() {
    assertThat(ask(1)).isEqualTo(Outcome.WAITS);
    after(Duration.ZERO);
    failing.add(1);
    failing.add(ID);
    assertThat(until(Outcome.GIVEN_UP, Duration.ofMinutes(30))).isEqualTo(Duration.ofMinutes(30));
    failing.clear();
    assertThat(until(Outcome.FOUND, Duration.ofMinutes(1))).isLessThan(Duration.ofSeconds(11));
  }

  @Test
  void shouldGiveUpAnIdForWhichAloneTheRegistryFails() {
    assertThat(ask(1)).isEqualTo(Outcome.WAITS);
    after(Duration.ZERO);
    failing.add(ID);
    assertThat(until(Outcome.GIVEN_UP, Duration.ofMinutes(20)))
        .isBetween(Duration.ofMinutes(10), Duration.ofMinutes(11));
    assertThatThrownBy(() -> registry.schema(ID)).hasMessageContaining("for this id alone");
  }

  @Test
  void shouldLookAnIdUpAgainWhoseSchemaOverflowedTheStack() {
    deep.add(ID);
    assertThat(until(Outcome.GIVEN_UP, Duration.ofMinutes(1))).isEqualTo(Duration.ofMinutes(1));
    deep.clear();
    assertThat(until(Outcome.FOUND, Duration.ofMinutes(1))).isLessThan(Duration.ofSeconds(11));
  }

  @Test
  void shouldBoundTheIdsThatItLooksUp() {
    for (int id = 0; id < 30_000; id++) {
      unknown.add(id);
      assertThat(ask(id)).isEqualTo(Outcome.WAITS);
    }
    assertThat(tasks).hasSize(10_000);
  }

  private final class Scripted implements RegistryClient {
    @Override
    public int register(String subject, Schema schema) {
      throw new UnsupportedOperationException();
    }

    @Override
    public int idOf(String subject, Schema schema) {
      throw new UnsupportedOperationException();
    }

    @Override
    public Schema schema(int id) {
      calls++;
      if (unknown.contains(id)) {
        throw new UnknownSchemaException("unknown");
      }
      if (failing.contains(id)) {
        throw new RegistryUnreachableException("failing");
      }
      if (deep.contains(id)) {
        throw new StackOverflowError();
      }
      return schema;
    }

    @Override
    public RegisteredSchema latest(String subject) {
      throw new UnsupportedOperationException();
    }

    @Override
    public boolean isCompatible(String subject, Schema schema) {
      throw new UnsupportedOperationException();
    }
  }
}
