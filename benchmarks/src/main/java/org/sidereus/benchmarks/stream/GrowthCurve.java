package org.sidereus.benchmarks.stream;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.OptionalInt;
import org.sidereus.engine.figure.Panel;
import org.sidereus.engine.figure.Svg;

/**
 * Demand and capacity as Theodolite defines them (Henning and Hasselbring 2022, EMSE 27, 143,
 * doi:10.1007/s10664-022-10162-1): the fewest instances with which the objectives hold at a load,
 * and the greatest load at which they hold with some instances.
 */
final class GrowthCurve {
  private static final double OBJECTS_OF_A_NIGHT = 1e9;
  private static final double SECONDS_OF_A_NIGHT = 10 * 3600;

  /** A load on some instances; the objectives held or did not. */
  record Point(int instances, double perSecond, LoadTest.Outcome outcome, boolean holds) {}

  private final List<Point> points = new ArrayList<>();

  void add(Point point) {
    points.add(point);
  }

  /** The greatest load, events per second, at which the objectives held; 0: at none. */
  double capacity(int instances) {
    return points.stream()
        .filter(one -> one.instances() == instances && one.holds())
        .mapToDouble(Point::perSecond)
        .max()
        .orElse(0);
  }

  /** The fewest instances with which the objectives held at a load or a greater one. */
  OptionalInt demand(double perSecond) {
    return points.stream()
        .filter(one -> one.holds() && one.perSecond() >= perSecond)
        .mapToInt(Point::instances)
        .min();
  }

  private int[] instances() {
    return points.stream().mapToInt(Point::instances).distinct().sorted().toArray();
  }

  private double[] loads() {
    return points.stream().mapToDouble(Point::perSecond).distinct().sorted().toArray();
  }

  /** Events per second of one instance: the capacities in proportion to instances, fitted. */
  double perInstance() {
    double sum = 0;
    double squares = 0;
    for (int n : instances()) {
      sum += n * capacity(n);
      squares += (double) n * n;
    }
    return squares > 0 ? sum / squares : 0;
  }

  /** What 10^9 objects in a night of ten hours take, by {@link #perInstance()}. */
  String night() {
    double each = perInstance();
    if (!(each > 0)) {
      return "the objectives held at no load; try lower --rates";
    }
    double needed = OBJECTS_OF_A_NIGHT / SECONDS_OF_A_NIGHT / each;
    return String.format(
        Locale.ROOT,
        "an instance carries %.0f events/s (fitted in proportion to instances); 10^9 objects in ten"
            + " hours are %.0f events/s: %.0f such instances, %.0f instance-hours, if growth stays"
            + " proportional beyond what was measured",
        each,
        OBJECTS_OF_A_NIGHT / SECONDS_OF_A_NIGHT,
        Math.ceil(needed),
        OBJECTS_OF_A_NIGHT / each / 3600);
  }

  /** All points as CSV. */
  String csv() {
    StringBuilder text = new StringBuilder("instances,events_per_second,lag_slope,p99_ms,holds\n");
    for (Point one : points) {
      text.append(
          String.format(
              Locale.ROOT,
              "%d,%.1f,%.3f,%.1f,%b%n",
              one.instances(),
              one.perSecond(),
              one.outcome().lagSlope(),
              one.outcome().p99Ms(),
              one.holds()));
    }
    return text.toString();
  }

  /** Capacity over instances and demand over load. */
  String image() {
    int[] counts = instances();
    double[] x = new double[counts.length];
    double[] capacity = new double[counts.length];
    double largest = 1;
    for (int i = 0; i < counts.length; i++) {
      x[i] = counts[i];
      capacity[i] = capacity(counts[i]);
      largest = Math.max(largest, capacity[i]);
    }
    double most = counts.length == 0 ? 1 : counts[counts.length - 1];
    Svg svg = new Svg(2 * Panel.WIDTH, Panel.HEIGHT);
    Panel left = new Panel(svg, 0, 0, 0, most, 0, largest);
    left.axes("capacity", "instances", "events/s");
    left.dashed(new double[] {0, most}, new double[] {0, most * perInstance()});
    left.points(x, capacity, Panel.BLUE);
    double[] loads = loads();
    Panel right = new Panel(svg, 1, 0, 0, loads.length == 0 ? 1 : loads[loads.length - 1], 0, most);
    right.axes("demand", "events/s", "instances");
    for (double load : loads) {
      OptionalInt demand = demand(load);
      if (demand.isPresent()) {
        right.points(new double[] {load}, new double[] {demand.getAsInt()}, Panel.ORANGE);
      }
    }
    return svg.image();
  }
}
