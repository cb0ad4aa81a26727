package org.sidereus.schemas.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
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
    return outcome(registry, id);
  }

  private Outcome outcome(BackgroundRegistry of, int id) {
    try {
      assertThat(of.schema(id)).isEqualTo(schema);
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

  /**
   * Thirty new unknown ids a second, each looked up about ten times in its patience, and a registry
   * that takes 100 ms: almost four times as many look-ups as there is time for.
   */
  @Test
  void shouldGiveUnknownIdsUpInTimeWhereTheyAreTooMany() {
    PriorityQueue<Runnable> waiting = new PriorityQueue<>();
    BackgroundRegistry flooded =
        new BackgroundRegistry(
            new Scripted(),
            new BackgroundRegistry.Patience(Duration.ofSeconds(15), Duration.ofMinutes(10)),
            waiting::add,
            () -> nowNs);
    long startNs = nowNs;
    Map<Integer, Long> asked = new LinkedHashMap<>();
    List<Double> lives = new ArrayList<>();
    List<Double> good = new ArrayList<>();
    long goodNs = nowNs;
    int next = 1_000;
    for (int step = 0; step < 3_000; step++) {
      for (int i = 0; i < 3; i++) {
        unknown.add(next);
        asked.put(next++, nowNs);
      }
      for (var one = asked.entrySet().iterator(); one.hasNext(); ) {
        var id = one.next();
        if (outcome(flooded, id.getKey()) == Outcome.GIVEN_UP) {
          lives.add(1e-9 * (nowNs - id.getValue()));
          one.remove();
        }
      }
      // A good id comes every ten seconds.
      int goodId = step / 100;
      goodNs = step % 100 == 0 ? nowNs : goodNs;
      if (good.size() == goodId && outcome(flooded, goodId) == Outcome.FOUND) {
        good.add(1e-9 * (nowNs - goodNs));
      }
      nowNs += Duration.ofMillis(100).toNanos();
      for (int call = 0; call < BackgroundRegistry.THREADS && !waiting.isEmpty(); ) {
        int before = calls;
        waiting.remove().run();
        call += calls - before; // one that is given up takes no time
      }
    }
    assertThat(nowNs - startNs).isEqualTo(Duration.ofMinutes(5).toNanos());
    assertThat(lives).hasSizeGreaterThan(8_000).allMatch(life -> life >= 14.9 && life <= 17.2);
    assertThat(asked).hasSizeLessThan(30 * 18);
    assertThat(good).hasSize(30).allMatch(life -> life <= 0.2);
    assertThat(waiting.size()).as("look-ups that wait").isLessThan(30 * 40);
  }

  /** Ids that wait for their turn while the registry is away have their time when it is back. */
  @Test
  void shouldBeginAnewAfterAnAbsence() {
    unknown.add(ID);
    assertThat(until(Outcome.GIVEN_UP, Duration.ofSeconds(10))).isEqualTo(Duration.ofSeconds(10));
    failing.add(ID);
    assertThat(until(Outcome.GIVEN_UP, Duration.ofSeconds(60))).isEqualTo(Duration.ofSeconds(60));
    failing.clear();
    assertThat(until(Outcome.GIVEN_UP, Duration.ofSeconds(60)))
        .isBetween(Duration.ofSeconds(14), Duration.ofSeconds(25));
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
      if (failing.contains(id)) {
        throw new RegistryUnreachableException("failing");
      }
      if (unknown.contains(id)) {
        throw new UnknownSchemaException("unknown");
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
