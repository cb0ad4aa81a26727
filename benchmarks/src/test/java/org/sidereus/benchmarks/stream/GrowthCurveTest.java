package org.sidereus.benchmarks.stream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import org.junit.jupiter.api.Test;

class GrowthCurveTest {

  private static GrowthCurve measured() {
    GrowthCurve curve = new GrowthCurve();
    add(curve, 1, 100, true);
    add(curve, 1, 200, false);
    add(curve, 2, 100, true);
    add(curve, 2, 200, true);
    add(curve, 2, 400, false);
    return curve;
  }

  private static void add(GrowthCurve curve, int instances, double perSecond, boolean holds) {
    curve.add(new GrowthCurve.Point(instances, perSecond, new LoadTest.Outcome(0.5, 80), holds));
  }

  @Test
  void shouldGiveCapacityAndDemand() {
    GrowthCurve curve = measured();
    assertThat(curve.capacity(1)).isEqualTo(100);
    assertThat(curve.capacity(2)).isEqualTo(200);
    assertThat(curve.capacity(3)).isZero();
    assertThat(curve.demand(100)).hasValue(1);
    assertThat(curve.demand(200)).hasValue(2);
    assertThat(curve.demand(400)).isEmpty();
  }

  /** 10^9 objects in 36,000 s are 27,778 a second; 278 instances of 100; 2,777.8 hours of one. */
  @Test
  void shouldSayWhatANightTakes() {
    assertThat(measured().perInstance()).isCloseTo(100, within(1e-9));
    assertThat(measured().night()).contains("278 such instances, 2778 instance-hours");
    assertThat(new GrowthCurve().night()).contains("held at no load");
  }

  @Test
  void shouldWriteEachPoint() {
    assertThat(measured().csv().lines()).hasSize(6).contains("1,200.0,0.500,80.0,false");
    assertThat(measured().image()).contains("capacity", "demand");
  }

  /** Lag 3 t + 1 without noise. */
  @Test
  void shouldFitTheSlopeOfTheLag() {
    assertThat(LoadTest.slope(List.of(0.0, 1.0, 2.0, 4.0), List.of(1.0, 4.0, 7.0, 13.0)))
        .isCloseTo(3, within(1e-12));
    assertThat(LoadTest.slope(List.of(), List.of())).isZero();
  }
}
