package org.sidereus.benchmarks.explorer;

import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.sidereus.schemas.GroupPosterior;
import org.sidereus.schemas.JointDensity;
import org.sidereus.schemas.Measurement;
import org.sidereus.schemas.ObjectPosterior;
import org.sidereus.schemas.Observation;
import org.sidereus.schemas.ParameterPosterior;
import org.sidereus.schemas.Rejection;
import org.sidereus.schemas.RejectionReason;
import org.sidereus.schemas.SharedParameter;
import org.sidereus.schemas.Source;

/** Posteriors of the size and shape that gce-tng publishes, with random numbers. */
final class GeneratedPosteriors {
  /** Observations; posteriors of more objects come from these, too. */
  static final int OBSERVATIONS = 10_000;

  private static final Instant FIRST = Instant.parse("2026-01-01T00:00:00Z");
  private static final List<String> PARAMETERS =
      List.of("alpha_IMF", "log10_N_Ia", "log10_SFE", "log10_SFR_peak", "x_out", "T_birth_Gyr");
  private static final List<String> ABUNDANCES =
      List.of("C_Fe", "Fe_H", "He_Fe", "Mg_Fe", "N_Fe", "Ne_Fe", "O_Fe", "Si_Fe");
  private static final String BUNDLE = "gce-tng";
  private static final int SHARED = 2;
  private static final int NODES = 33;
  private static final int SIDE = 17;

  private final SplittableRandom random = new SplittableRandom(20260101);
  private final int groups;

  GeneratedPosteriors(int groups) {
    this.groups = groups;
  }

  String group(int number) {
    return "galaxy-" + number % groups;
  }

  String object(int number) {
    return "star-" + number;
  }

  ObjectPosterior posterior(int number) {
    List<ParameterPosterior> parameters = new ArrayList<>();
    for (String name : PARAMETERS) {
      double mean = random.nextGaussian();
      parameters.add(new ParameterPosterior(name, "", mean, 0.1, mean - 0.1, mean, mean + 0.1));
    }
    List<Double> covariance = new ArrayList<>();
    for (int i = 0; i < PARAMETERS.size() * PARAMETERS.size(); i++) {
      covariance.add(0.01 * random.nextDouble());
    }
    return ObjectPosterior.newBuilder()
        .setSurvey("bench")
        .setObject(object(number))
        .setGroup(group(number))
        .setTime(Instant.now())
        .setBundle(BUNDLE)
        .setBundleVersion("3")
        .setParameters(parameters)
        .setCovariance(covariance)
        .setSamples(672)
        .setSource(new Source("sidereus.observations", 0, (long) number % OBSERVATIONS))
        .setCorrected(true)
        .setEffectiveSampleSize(500.0)
        .setLogEvidence(10.0)
        .setChiSquare(8.0)
        .setPValue(random.nextDouble())
        .setFlags(random.nextInt(50) == 0 ? List.of("MODEL_MISFIT") : List.of())
        .build();
  }

  Observation observation(int number) {
    List<Measurement> measurements = new ArrayList<>();
    for (String name : ABUNDANCES) {
      measurements.add(new Measurement(name, random.nextGaussian(), 0.05));
    }
    return Observation.newBuilder()
        .setSurvey("bench")
        .setObject(object(number))
        .setGroup(group(number))
        .setTime(FIRST)
        .setMeasurements(measurements)
        .build();
  }

  Rejection rejection(int number) {
    RejectionReason[] reasons = RejectionReason.values();
    return Rejection.newBuilder()
        .setReason(reasons[number % reasons.length])
        .setDetail("the measurement 'Fe_H' is missing; publish the object again with it")
        .setTopic("sidereus.observations")
        .setPartition(0)
        .setOffset(number)
        .setTimestamp(FIRST)
        .setSurvey("bench")
        .setObject(object(number))
        .setValue(ByteBuffer.wrap(new byte[200]))
        .build();
  }

  /** The posterior of a group in a window of one hour. */
  GroupPosterior inWindow(int number, int window) {
    Instant start = FIRST.plus(Duration.ofHours(window));
    return GroupPosterior.newBuilder(posterior(number, 1))
        .setSurvey("bench")
        .setWindowStart(start)
        .setWindowEnd(start.plus(Duration.ofHours(1)))
        .setClosed(true)
        .build();
  }

  GroupPosterior posterior(int number, long objects) {
    List<SharedParameter> parameters = new ArrayList<>();
    double sd = 0.1 / Math.sqrt((double) objects);
    for (int i = 0; i < SHARED; i++) {
      List<Double> nodes = new ArrayList<>();
      List<Double> values = new ArrayList<>();
      for (int p = 0; p < NODES; p++) {
        nodes.add(sd * (p - 16) / 4);
        values.add(Math.exp(-0.5 * Math.pow((p - 16) / 4.0, 2)) / sd);
      }
      parameters.add(
          SharedParameter.newBuilder()
              .setName(PARAMETERS.get(i))
              .setUnit("")
              .setMean(0.01 * random.nextGaussian())
              .setSd(sd)
              .setQ025(-2 * sd)
              .setQ16(-sd)
              .setQ50(0.0)
              .setQ84(sd)
              .setQ975(2 * sd)
              .setDensityNodes(nodes)
              .setDensityValues(values)
              .setRobustMean(0.0)
              .setRobustSd(sd)
              .build());
    }
    List<Double> covariance = List.of(sd * sd, 0.5 * sd * sd, 0.5 * sd * sd, sd * sd);
    List<Float> logDensity = new ArrayList<>();
    for (int p = 0; p < SIDE * SIDE; p++) {
      double a = (p / SIDE - 8) / 2.0;
      double b = (p % SIDE - 8) / 2.0;
      logDensity.add((float) (-0.5 * (a * a + b * b)));
    }
    return GroupPosterior.newBuilder()
        .setGroup(group(number))
        .setBundle(BUNDLE)
        .setBundleVersion("3")
        .setTime(Instant.now())
        .setObjects(objects)
        .setCombined(objects)
        .setLeftOut(0L)
        .setParameters(parameters)
        .setCovariance(covariance)
        .setRobustCovariance(covariance)
        .setMethod("POLYNOMIAL")
        .setLogEvidence(10.0 * objects)
        .setJointDensities(
            List.of(new JointDensity(PARAMETERS.get(0), PARAMETERS.get(1), logDensity)))
        .build();
  }
}
