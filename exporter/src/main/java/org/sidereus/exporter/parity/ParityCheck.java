package org.sidereus.exporter.parity;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.random.RandomGenerator;
import java.util.stream.Collectors;
import org.sidereus.engine.bundle.GaussianTerms;
import org.sidereus.engine.bundle.Prior;
import org.sidereus.exporter.onnx.PosteriorGraph;
import org.sidereus.exporter.reference.ReferenceEmulator;
import org.sidereus.exporter.reference.ReferenceFlow;
import org.sidereus.exporter.reference.ReferenceLikelihood;
import org.sidereus.networks.EmulatorNetwork;
import org.sidereus.networks.FlowNetwork;
import org.sidereus.networks.FlowSpec;
import org.sidereus.networks.ParameterScaling;
import org.sidereus.networks.Standardisation;
import org.sidereus.networks.Tensor;
import org.sidereus.networks.TransformSpec;

/**
 * Runs graphs in ONNX Runtime on random inputs and compares them with the double-precision
 * reference.
 *
 * <p>All errors are in standardised units, so that they mean the same for every parameter:
 *
 * <ul>
 *   <li>theta: {@code |theta - reference| / (|dtheta/dz| max(1, |z|))}, after the rounding of theta
 *       itself to float32 (4 units in the last place) is taken off: close to a bound a step of z is
 *       smaller than a step of float32;
 *   <li>log_prob: {@code |log_prob - reference| / max(1, |reference|)};
 *   <li>mean and covariance against the moments of the graph's own samples in double precision, in
 *       units of the samples' standard deviations plus the rounding of the mean;
 *   <li>y: {@code |y - reference| / (scale max(1, |standardised reference|))}.
 * </ul>
 *
 * <p>A float32 number has a relative error of 6e-8, a network of 500 units a few times that, and
 * each transform multiplies the error it receives by its own scale, so errors are allowed to grow
 * with the number of transforms: {@link #TOLERANCE} for each. The density of a spline's samples is
 * worse conditioned: its knots are known to 5e-7 where a bin may be 1e-2 wide and the slope changes
 * from bin to bin, hence {@link #SPLINE_DENSITY_TOLERANCE}. {@code density.onnx} computes in double
 * precision and is held to {@link #DENSITY_TOLERANCE}. The largest errors measured are reported
 * with every export; a weight that is wrong in its third digit gives more than all of these.
 */
public final class ParityCheck {
  /** Largest error that passes, in the standardised units above, for one transform. */
  public static final double TOLERANCE = 1e-5;

  /** Largest error of log_prob that passes for one spline. */
  public static final double SPLINE_DENSITY_TOLERANCE = 1e-4;

  /** Largest error of log_prob in density.onnx that passes: it computes in double precision. */
  public static final double DENSITY_TOLERANCE = 1e-6;

  /**
   * Largest error of chi_square and log_weight that passes, relative to chi_square (or 1): a
   * prediction is known to a few 1e-6 of its range, and its error counts in units of the
   * measurement's error.
   */
  public static final double LIKELIHOOD_TOLERANCE = 1e-4;

  /** Largest error of a derived quantity that passes, relative to it (or 1). */
  public static final double DERIVED_TOLERANCE = 1e-4;

  private static final int OBJECTS = 6;
  private static final int MOST_SAMPLES = 48;
  private static final int FEWEST_SAMPLES = 4;

  /** Products that the slow reference may take, about ten seconds of one core. */
  private static final double REFERENCE_PRODUCTS = 5e9;

  private static final double ROUNDING = 4 * 0x1p-24;
  private static final long SEED = 20190611;

  private final RandomGenerator random = new Random(SEED);
  private final Tensor observed;

  /** A check on random features of the training's means and standard deviations. */
  public ParityCheck() {
    this(null);
  }

  /**
   * A check on observed features. Features that depend on each other, such as a value and the mask
   * that says whether there is one, cannot be drawn one by one: a network is badly conditioned
   * where no observation ever is.
   *
   * @param observed rows [N, F] to draw from, physical units; null: independent random ones
   */
  public ParityCheck(Tensor observed) {
    this.observed = observed;
  }

  /** The largest error of one output and what is allowed. */
  public record Deviation(String output, double error, double tolerance) {

    /** Whether the error is allowed; not a number is not. */
    public boolean passed() {
      return error <= tolerance;
    }

    @Override
    public String toString() {
      return "%s %.1e (allowed %.0e)".formatted(output, error, tolerance);
    }
  }

  /** The deviations of all outputs of a graph. */
  public record Report(String graph, List<Deviation> deviations) {

    /** Whether all passed. */
    public boolean passed() {
      return deviations.stream().allMatch(Deviation::passed);
    }

    @Override
    public String toString() {
      return graph
          + ": "
          + deviations.stream().map(Deviation::toString).collect(Collectors.joining(", "));
    }
  }

  /** Samples for each object: fewer for networks that are slow to evaluate one by one. */
  private static int samples(FlowNetwork network) {
    double productsPerObject =
        (double) OBJECTS * network.spec().dimensions() * network.weights().parameterCount();
    double samples = REFERENCE_PRODUCTS / productsPerObject;
    return (int) Math.max(FEWEST_SAMPLES, Math.min(MOST_SAMPLES, samples));
  }

  private static double thetaTolerance(FlowSpec spec) {
    return TOLERANCE * spec.transforms().size();
  }

  private static double logProbTolerance(FlowSpec spec) {
    return spec.transforms().stream()
        .mapToDouble(
            transform ->
                transform instanceof TransformSpec.RationalQuadraticSpline
                    ? SPLINE_DENSITY_TOLERANCE
                    : TOLERANCE)
        .sum();
  }

  /**
   * Compares {@code posterior.onnx} with the flow.
   *
   * @param shared dimensions of the shared parameters
   */
  public Report posterior(FlowNetwork network, byte[] graph, List<Integer> shared) {
    FlowSpec spec = network.spec();
    int d = spec.dimensions();
    int samples = samples(network);
    Tensor x = features(spec, OBJECTS);
    Tensor noise = Tensor.matrix(samples, d, normal(samples * d));
    Map<String, float[]> outputs;
    try (GraphRun run = new GraphRun(graph)) {
      outputs = run.run(Map.of("x", x, "noise", noise));
    }
    ReferenceFlow reference = new ReferenceFlow(network);
    double thetaError = 0;
    double logProbError = 0;
    double sharedError = 0;
    float[] sharedLogProb = outputs.get(PosteriorGraph.SHARED_LOG_PROB);
    for (int b = 0; b < OBJECTS; b++) {
      double[] context = reference.context(row(x, b));
      for (int s = 0; s < samples; s++) {
        ReferenceFlow.Sample sample = reference.sample(row(noise, s), context);
        for (int i = 0; i < d; i++) {
          double difference = outputs.get("theta")[(b * samples + s) * d + i] - sample.theta()[i];
          ParameterScaling scaling = spec.parameterScaling().get(i);
          thetaError = worst(thetaError, thetaError(scaling, sample.z0()[i], difference));
        }
        double difference = outputs.get("log_prob")[b * samples + s] - sample.logProb();
        logProbError = worst(logProbError, relative(difference, sample.logProb()));
        if (sharedLogProb != null) {
          double marginal = sample.logProb(shared);
          double other = sharedLogProb[b * samples + s] - marginal;
          sharedError = worst(sharedError, relative(other, marginal));
        }
      }
    }
    List<Deviation> deviations = new ArrayList<>();
    deviations.add(new Deviation("theta", thetaError, thetaTolerance(spec)));
    deviations.add(new Deviation("log_prob", logProbError, logProbTolerance(spec)));
    if (sharedLogProb != null) {
      deviations.add(
          new Deviation(PosteriorGraph.SHARED_LOG_PROB, sharedError, logProbTolerance(spec)));
    }
    deviations.add(new Deviation("moments", momentError(outputs, samples, d), TOLERANCE));
    return new Report("posterior", deviations);
  }

  /**
   * Compares the importance weights of {@code posterior.onnx} with prior and likelihood at the
   * graph's own samples and its own log_prob.
   */
  public Report weights(FlowNetwork network, PosteriorGraph.Correction with, byte[] graph) {
    FlowSpec spec = network.spec();
    int d = spec.dimensions();
    int samples = samples(network);
    Tensor x = observations(spec, with.terms());
    Tensor noise = Tensor.matrix(samples, d, normal(samples * d));
    Map<String, float[]> outputs;
    try (GraphRun run = new GraphRun(graph)) {
      outputs = run.run(Map.of("x", x, "noise", noise));
    }
    ReferenceLikelihood reference =
        new ReferenceLikelihood(with.priors(), with.terms(), with.emulator());
    Tensor theta = Tensor.matrix(OBJECTS * samples, d, outputs.get("theta"));
    double chiSquareError = 0;
    double logWeightError = 0;
    for (int b = 0; b < OBJECTS; b++) {
      float[] features = x.rows(b).values();
      for (int s = 0; s < samples; s++) {
        int at = b * samples + s;
        double chiSquare = reference.chiSquare(row(theta, at), features);
        double logProb = outputs.get("log_prob")[at];
        double logWeight = reference.logJoint(row(theta, at), features) - logProb;
        chiSquareError =
            worst(
                chiSquareError,
                relative(outputs.get(PosteriorGraph.CHI_SQUARE)[at] - chiSquare, chiSquare));
        float found = outputs.get(PosteriorGraph.LOG_WEIGHT)[at];
        if (found != logWeight) { // both negative infinity outside the prior
          double size = chiSquare + Math.abs(logProb);
          logWeightError = worst(logWeightError, relative(found - logWeight, size));
        }
      }
    }
    return new Report(
        "weights",
        List.of(
            new Deviation(PosteriorGraph.CHI_SQUARE, chiSquareError, LIKELIHOOD_TOLERANCE),
            new Deviation(PosteriorGraph.LOG_WEIGHT, logWeightError, LIKELIHOOD_TOLERANCE)));
  }

  /**
   * Compares the derived quantities of {@code posterior.onnx} with their formulas at the graph's
   * own samples, relative to each quantity or to 1.
   */
  public Report derived(FlowNetwork network, PosteriorGraph.Extras extras, byte[] graph) {
    FlowSpec spec = network.spec();
    int d = spec.dimensions();
    int k = extras.formulas().size();
    int samples = samples(network);
    Tensor x = features(spec, OBJECTS);
    Tensor noise = Tensor.matrix(samples, d, normal(samples * d));
    Map<String, float[]> outputs;
    try (GraphRun run = new GraphRun(graph)) {
      outputs = run.run(Map.of("x", x, "noise", noise));
    }
    Tensor theta = Tensor.matrix(OBJECTS * samples, d, outputs.get("theta"));
    double error = 0;
    for (int j = 0; j < k; j++) {
      for (int at = 0; at < OBJECTS * samples; at++) {
        double[] inputs = Arrays.copyOf(row(theta, at), d + extras.covariates().size());
        for (int c = d; c < inputs.length; c++) {
          inputs[c] = x.at(at / samples, extras.covariates().get(c - d));
        }
        double expected = extras.formulas().get(j).at(inputs);
        double difference = outputs.get(PosteriorGraph.DERIVED)[at * k + j] - expected;
        error = worst(error, relative(difference, expected));
      }
    }
    return new Report(
        "derived", List.of(new Deviation(PosteriorGraph.DERIVED, error, DERIVED_TOLERANCE)));
  }

  /** Random features with errors above 0, every other maskable quantity of an object missing. */
  private Tensor observations(FlowSpec spec, GaussianTerms terms) {
    Tensor x = features(spec, OBJECTS);
    for (int b = 0; b < OBJECTS; b++) {
      for (int t = 0; t < terms.terms().size(); t++) {
        GaussianTerms.Term term = terms.terms().get(t);
        int start = b * spec.features();
        boolean missing = term.mask() != GaussianTerms.NO_COLUMN && (b + t) % 2 == 0;
        if (term.mask() != GaussianTerms.NO_COLUMN) {
          x.values()[start + term.mask()] = missing ? 0 : 1;
        }
        if (term.error() != GaussianTerms.NO_COLUMN) {
          float error = Math.abs(x.values()[start + term.error()]);
          float scale = (float) spec.featureScaling().get(term.error()).scale();
          x.values()[start + term.error()] = missing ? 0 : error + scale;
        }
        if (missing) {
          x.values()[start + term.value()] = 0;
        }
      }
    }
    return x;
  }

  private static double thetaError(ParameterScaling scaling, double z, double difference) {
    // The slope by the change of one thousandth of z, so that it is right at the bounds, too.
    double slope = (scaling.physical(z + 5e-4) - scaling.physical(z - 5e-4)) * 1e3;
    double magnitude = Math.abs(scaling.physical(z));
    if (scaling instanceof ParameterScaling.Probit probit) {
      magnitude = Math.max(Math.abs(probit.lower()), Math.abs(probit.upper()));
    } else if (scaling instanceof ParameterScaling.Log log) {
      magnitude = Math.max(magnitude, Math.abs(log.lower()));
    } else {
      magnitude = Math.max(magnitude, Math.abs(scaling.shift()));
    }
    double beyond = Math.abs(difference) - ROUNDING * magnitude - Float.MIN_NORMAL;
    // max(0, NaN) is NaN: a sample that is not a number does not pass
    return Math.max(0, beyond) / (slope * Math.max(1, Math.abs(z)) + Double.MIN_NORMAL);
  }

  private static double momentError(Map<String, float[]> outputs, int samples, int d) {
    float[] theta = outputs.get("theta");
    double error = 0;
    for (int b = 0; b < OBJECTS; b++) {
      double[] mean = new double[d];
      double[][] covariance = new double[d][d];
      for (int s = 0; s < samples; s++) {
        for (int i = 0; i < d; i++) {
          mean[i] += theta[(b * samples + s) * d + i] / (double) samples;
        }
      }
      for (int s = 0; s < samples; s++) {
        int at = (b * samples + s) * d;
        for (int i = 0; i < d; i++) {
          for (int j = 0; j < d; j++) {
            covariance[i][j] += (theta[at + i] - mean[i]) * (theta[at + j] - mean[j]) / samples;
          }
        }
      }
      for (int i = 0; i < d; i++) {
        double scale = unit(mean[i], covariance[i][i]);
        error = worst(error, Math.abs(outputs.get("mean")[b * d + i] - mean[i]) / scale);
        for (int j = 0; j < d; j++) {
          double difference = outputs.get("covariance")[(b * d + i) * d + j] - covariance[i][j];
          error = worst(error, Math.abs(difference) / (scale * unit(mean[j], covariance[j][j])));
        }
      }
    }
    return error;
  }

  /** One standard deviation, or a hundredth of the mean where that is larger: float32 input. */
  private static double unit(double mean, double variance) {
    return Math.max(Math.sqrt(variance), 0.01 * Math.abs(mean)) + Float.MIN_NORMAL;
  }

  /** Compares {@code density.onnx} with the flow, at points drawn from it. */
  public Report density(FlowNetwork network, byte[] graph) {
    FlowSpec spec = network.spec();
    int d = spec.dimensions();
    int points = OBJECTS * samples(network);
    Tensor x = features(spec, points);
    float[] theta = new float[points * d];
    double[] expected = new double[points];
    ReferenceFlow reference = new ReferenceFlow(network);
    for (int n = 0; n < points; n++) {
      double[] context = reference.context(row(x, n));
      double[] noise = new double[d];
      for (int i = 0; i < d; i++) {
        noise[i] = random.nextGaussian();
      }
      double[] sample = reference.sample(noise, context).theta();
      double[] rounded = new double[d];
      for (int i = 0; i < d; i++) {
        theta[n * d + i] = (float) sample[i];
        rounded[i] = theta[n * d + i];
      }
      expected[n] = reference.logProb(rounded, context);
    }
    Map<String, float[]> outputs;
    try (GraphRun run = new GraphRun(graph)) {
      outputs = run.run(Map.of("theta", Tensor.matrix(points, d, theta), "x", x));
    }
    double error = 0;
    for (int n = 0; n < points; n++) {
      double actual = outputs.get("log_prob")[n];
      // A sample that rounds onto a bound has no density.
      if (actual != expected[n]) {
        error = worst(error, relative(actual - expected[n], expected[n]));
      }
    }
    return new Report("density", List.of(new Deviation("log_prob", error, DENSITY_TOLERANCE)));
  }

  /**
   * Compares {@code emulator.onnx} with the emulator, at inputs of the training's means and
   * standard deviations.
   */
  public Report emulator(EmulatorNetwork network, byte[] graph) {
    int d = network.spec().dimensions();
    float[] theta = normal(OBJECTS * MOST_SAMPLES * d);
    for (int i = 0; i < theta.length; i++) {
      ParameterScaling scaling = network.spec().parameterScaling().get(i % d);
      theta[i] = (float) scaling.physical(theta[i]);
    }
    return emulator(network, graph, theta);
  }

  /**
   * Compares {@code emulator.onnx} with the emulator, at inputs that formulas are made for.
   *
   * @param priors distributions of the inputs
   */
  public Report emulator(EmulatorNetwork network, List<Prior> priors, byte[] graph) {
    float[] theta = new float[OBJECTS * MOST_SAMPLES * priors.size()];
    for (int i = 0; i < theta.length; i++) {
      theta[i] = (float) priors.get(i % priors.size()).sample(random);
    }
    return emulator(network, graph, theta);
  }

  private Report emulator(EmulatorNetwork network, byte[] graph, float[] theta) {
    int d = network.spec().dimensions();
    int m = network.spec().predictions();
    int points = OBJECTS * MOST_SAMPLES;
    Tensor inputs = Tensor.matrix(points, d, theta);
    Map<String, float[]> outputs;
    try (GraphRun run = new GraphRun(graph)) {
      outputs = run.run(Map.of("theta", inputs));
    }
    ReferenceEmulator reference = new ReferenceEmulator(network);
    double error = 0;
    for (int n = 0; n < points; n++) {
      double[] expected = reference.evaluate(row(inputs, n));
      for (int j = 0; j < m; j++) {
        Standardisation scaling =
            network.spec().observables().isEmpty()
                ? network.spec().outputScaling().get(j)
                : new Standardisation(0, 1);
        double difference = Math.abs(outputs.get("y")[n * m + j] - expected[j]);
        double beyond = Math.max(0, difference - ROUNDING * Math.abs(expected[j]));
        double scale = Math.max(1, Math.abs(scaling.standardised(expected[j])));
        error = worst(error, beyond / (scaling.scale() * scale));
      }
    }
    return new Report("emulator", List.of(new Deviation("y", error, TOLERANCE)));
  }

  private Tensor observed(FlowSpec spec, int rows) {
    int width = spec.features();
    int available = observed.values().length / width;
    float[] x = new float[rows * width];
    for (int row = 0; row < rows; row++) {
      System.arraycopy(observed.values(), random.nextInt(available) * width, x, row * width, width);
    }
    return Tensor.matrix(rows, width, x);
  }

  /** Objects like those of the training set, and every third one far from it. */
  private Tensor features(FlowSpec spec, int rows) {
    if (observed != null) {
      return observed(spec, rows);
    }
    float[] x = normal(rows * spec.features());
    for (int i = 0; i < x.length; i++) {
      int object = i / spec.features();
      double scaled = object % 3 == 2 ? 4 * x[i] : x[i];
      x[i] = (float) spec.featureScaling().get(i % spec.features()).physical(scaled);
    }
    return Tensor.matrix(rows, spec.features(), x);
  }

  private float[] normal(int count) {
    float[] values = new float[count];
    for (int i = 0; i < count; i++) {
      values[i] = (float) random.nextGaussian();
    }
    return values;
  }

  private static double[] row(Tensor matrix, int row) {
    double[] values = new double[matrix.columns()];
    for (int j = 0; j < values.length; j++) {
      values[j] = matrix.at(row, j);
    }
    return values;
  }

  private static double relative(double difference, double reference) {
    return Math.abs(difference) / Math.max(1, Math.abs(reference));
  }

  /** The larger one, or not a number. */
  private static double worst(double a, double b) {
    return Math.max(a, b);
  }
}
