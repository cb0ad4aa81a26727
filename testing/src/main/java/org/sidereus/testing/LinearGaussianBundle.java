package org.sidereus.testing;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;
import org.hipparchus.linear.CholeskyDecomposition;
import org.hipparchus.linear.MatrixUtils;
import org.hipparchus.linear.RealMatrix;
import org.hipparchus.linear.RealVector;

/**
 * A complete bundle of a few kilobytes whose posterior is known: observables y = H theta + c with
 * normal errors of one size and normal priors, so that the posterior is normal with the covariance
 * (priorPrecision + H'H / error^2)^-1. Its "flow" is theta = mean(x) + L noise.
 *
 * <p>Parameters: {@code a}, {@code b} (shared) and {@code c} (local); observables: {@code y1} to
 * {@code y4}, error {@value #ERROR}.
 */
public final class LinearGaussianBundle {
  public static final String NAME = "linear-gaussian";
  public static final String VERSION = "1";
  public static final double ERROR = 0.05;
  public static final int SAMPLES = 512;

  /** Names of the parameters; the first two are shared. */
  public static final List<String> PARAMETERS = List.of("a", "b", "c");

  /** Means of the normal priors. */
  public static final double[] PRIOR_MEANS = {-2.3, -2.89, 6};

  /** Standard deviations of the normal priors. */
  public static final double[] PRIOR_SDS = {0.3, 0.3, 2};

  /** Names of the observables, all in dex. */
  public static final List<String> OBSERVABLES = List.of("y1", "y2", "y3", "y4");

  private static final List<String> UNITS = List.of("", "dex", "Gyr");
  private static final List<String> ROLES = List.of("shared", "shared", "local");

  private static final RealMatrix H =
      MatrixUtils.createRealMatrix(
          new double[][] {
            {0.5, 0.2, 0.02}, {-0.3, 0.4, 0.03}, {0.1, -0.5, 0.01}, {0.2, 0.1, -0.04}
          });
  private static final RealVector OFFSET =
      MatrixUtils.createRealVector(new double[] {1.0, -0.2, 0.3, 0.6});

  private LinearGaussianBundle() {}

  /**
   * Writes the bundle.
   *
   * @param directory folder to make
   * @return the folder
   */
  public static Path write(Path directory) {
    return write(directory, NAME, VERSION);
  }

  /** Writes the bundle under another name and version. */
  public static Path write(Path directory, String name, String version) {
    Map<String, byte[]> files = new LinkedHashMap<>();
    files.put("posterior.onnx", posteriorGraph());
    files.put("density.onnx", densityGraph());
    files.put("emulator.onnx", emulatorGraph());
    return write(directory, name, version, files);
  }

  /** Writes a bundle of the given files with right hashes, whatever the files are. */
  public static Path write(
      Path directory, String name, String version, Map<String, byte[]> contents) {
    try {
      for (Map.Entry<String, byte[]> file : contents.entrySet()) {
        Path path = directory.resolve(file.getKey());
        Files.createDirectories(path.getParent());
        Files.write(path, file.getValue());
      }
      Files.writeString(directory.resolve("manifest.json"), manifest(name, version, contents));
      return directory;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The manifest, as JSON, of a bundle without files. */
  public static String manifest(String name, String version) {
    return manifest(name, version, Map.of());
  }

  private static String manifest(String name, String version, Map<String, byte[]> contents) {
    ObjectNode manifest = JsonNodeFactory.instance.objectNode();
    manifest
        .put("format", 1)
        .put("name", name)
        .put("version", version)
        .put("description", "A linear model with normal errors, whose posterior is known");
    ArrayNode parameters = manifest.putArray("parameters");
    for (int i = 0; i < PARAMETERS.size(); i++) {
      parameters
          .addObject()
          .put("name", PARAMETERS.get(i))
          .put("unit", UNITS.get(i))
          .put("role", ROLES.get(i))
          .putObject("prior")
          .put("kind", "normal")
          .put("mean", PRIOR_MEANS[i])
          .put("sd", PRIOR_SDS[i]);
    }
    ArrayNode observables = manifest.putArray("observables");
    ArrayNode features = manifest.putArray("features");
    for (String observable : OBSERVABLES) {
      observables.addObject().put("name", observable).put("unit", "dex").put("error", ERROR);
      features.addObject().put("kind", "value").put("of", observable);
    }
    manifest.put("samples", SAMPLES);
    ObjectNode files = manifest.putObject("files");
    contents.forEach(
        (path, bytes) ->
            files.putObject(path).put("sha256", sha256(bytes)).put("bytes", bytes.length));
    manifest.putObject("provenance").put("simulator", "linear");
    manifest.putObject("calibration");
    return manifest.toPrettyString();
  }

  private static String sha256(byte[] bytes) {
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }

  /** Draws parameters from the prior. */
  public static double[] draw(RandomGenerator random) {
    double[] theta = new double[PRIOR_MEANS.length];
    for (int i = 0; i < theta.length; i++) {
      theta[i] = PRIOR_MEANS[i] + PRIOR_SDS[i] * random.nextGaussian();
    }
    return theta;
  }

  /** The observables without errors, y = H theta + c. */
  public static double[] predict(double[] theta) {
    return H.operate(MatrixUtils.createRealVector(theta)).add(OFFSET).toArray();
  }

  /** The exact posterior covariance [D][D], the same for every observation. */
  public static double[][] posteriorCovariance() {
    return covariance().getData();
  }

  /** The exact posterior mean [D] given the observed y [M]. */
  public static double[] posteriorMean(double[] y) {
    return gain().operate(MatrixUtils.createRealVector(y)).add(intercept()).toArray();
  }

  /** The exact log evidence of the observed y [M]. */
  public static double logEvidence(double[] y) {
    double[] priorMean = PRIOR_MEANS;
    RealMatrix prior =
        MatrixUtils.createRealDiagonalMatrix(Arrays.stream(PRIOR_SDS).map(sd -> sd * sd).toArray());
    RealMatrix noise = MatrixUtils.createRealIdentityMatrix(y.length).scalarMultiply(ERROR * ERROR);
    CholeskyDecomposition predictive =
        new CholeskyDecomposition(
            H.multiply(prior).multiply(H.transpose()).add(noise), 1e-12, 1e-14);
    RealVector residual =
        MatrixUtils.createRealVector(y).subtract(MatrixUtils.createRealVector(predict(priorMean)));
    double square = residual.dotProduct(predictive.getSolver().solve(residual));
    return -0.5
        * (square + Math.log(predictive.getDeterminant()) + y.length * Math.log(2 * Math.PI));
  }

  /**
   * Writes a bundle whose flow is wrong by a known amount and whose graph has importance weights.
   *
   * @param shift of the flow's mean, in posterior standard deviations of each parameter
   * @param widening factor on the flow's standard deviations
   */
  public static Path writeWeighted(Path directory, double shift, double widening) {
    Map<String, byte[]> files = new LinkedHashMap<>();
    files.put("posterior.onnx", weightedGraph(shift, widening));
    files.put("density.onnx", densityGraph());
    files.put("emulator.onnx", emulatorGraph());
    return write(directory, NAME, VERSION, files);
  }

  private static byte[] weightedGraph(double shift, double widening) {
    int d = PARAMETERS.size();
    int m = OBSERVABLES.size();
    double[] priorMean = PRIOR_MEANS;
    double[] inverseSd = Arrays.stream(PRIOR_SDS).map(sd -> 1 / sd).toArray();
    double logNorm = 0;
    for (double inverse : inverseSd) {
      logNorm += 0.5 * Math.log(2 * Math.PI) - Math.log(inverse);
    }
    logNorm += m * (0.5 * Math.log(2 * Math.PI) + Math.log(ERROR));
    return prediction(flow(shift, widening))
        .constant("inverse_error", new double[] {1 / ERROR})
        .constant("prior_mean", priorMean, d)
        .constant("inverse_sd", inverseSd, d)
        .constant("joint_norm", new double[] {logNorm})
        .integers("axis2", 2)
        .node("Unsqueeze", "data", "x", "axis1")
        .node("Sub", "residuals", "data", "y")
        .node("Mul", "pulls", "residuals", "inverse_error")
        .node("Mul", "pull_squares", "pulls", "pulls")
        .sum("chi_square", "pull_squares", "axis2")
        .node("Sub", "from_prior", "theta", "prior_mean")
        .node("Mul", "prior_z", "from_prior", "inverse_sd")
        .node("Mul", "prior_squares", "prior_z", "prior_z")
        .sum("prior_chi2", "prior_squares", "axis2")
        .node("Add", "joint_chi2", "chi_square", "prior_chi2")
        .node("Mul", "joint_exponent", "joint_chi2", "minus_half")
        .node("Sub", "joint", "joint_exponent", "joint_norm")
        .node("Sub", "log_weight", "joint", "log_prob")
        .output("log_weight", "B", "S")
        .output("chi_square", "B", "S")
        .output("residuals", "B", "S", m)
        .build();
  }

  public static byte[] posteriorGraph() {
    return flow(0, 1).build();
  }

  private static OnnxModelWriter flow(double shift, double widening) {
    RealMatrix l = cholesky().scalarMultiply(widening);
    RealVector centre = intercept();
    for (int i = 0; i < centre.getDimension(); i++) {
      centre.addToEntry(i, shift * Math.sqrt(covariance().getEntry(i, i)));
    }
    int d = PARAMETERS.size();
    OnnxModelWriter graph =
        new OnnxModelWriter()
            .input("x", "B", OBSERVABLES.size())
            .input("noise", "S", d)
            .constant("l", flat(l.transpose()), d, d)
            .constant("zero", new double[] {0});
    mean(graph, centre)
        .node("Unsqueeze", "centre", "mean", "axis1")
        .node("MatMul", "spread", "noise", "l")
        .node("Add", "theta", "centre", "spread");
    return logNormal(graph, "noise", l, "densities")
        .node("Mul", "nothing", "mean", "zero")
        .sum("column", "nothing", "axis1")
        .node("Unsqueeze", "rows", "column", "axis1")
        .node("Add", "log_prob", "densities", "rows")
        .output("theta", "B", "S", d)
        .output("log_prob", "B", "S");
  }

  public static byte[] densityGraph() {
    RealMatrix l = cholesky();
    int d = PARAMETERS.size();
    RealMatrix inverse = MatrixUtils.inverse(l);
    OnnxModelWriter graph =
        new OnnxModelWriter()
            .input("theta", "N", d)
            .input("x", "N", OBSERVABLES.size())
            .constant("l_inverse", flat(inverse.transpose()), d, d);
    mean(graph, intercept())
        .node("Sub", "residual", "theta", "mean")
        .node("MatMul", "z", "residual", "l_inverse");
    return logNormal(graph, "z", l, "log_prob").output("log_prob", "N").build();
  }

  public static byte[] emulatorGraph() {
    return prediction(new OnnxModelWriter().input("theta", "N", PARAMETERS.size()))
        .output("y", "N", OBSERVABLES.size())
        .build();
  }

  /** The posterior mean of the input x, with the axes of what follows. */
  private static OnnxModelWriter mean(OnnxModelWriter graph, RealVector intercept) {
    int d = PARAMETERS.size();
    return graph
        .constant("gain", flat(gain().transpose()), OBSERVABLES.size(), d)
        .constant("intercept", intercept.toArray(), d)
        .integers("axis1", 1)
        .node("MatMul", "gained", "x", "gain")
        .node("Add", "mean", "gained", "intercept");
  }

  /** The logarithm of a normal density of the root l, at standardised points [.][D]. */
  private static OnnxModelWriter logNormal(
      OnnxModelWriter graph, String points, RealMatrix l, String output) {
    return graph
        .constant("minus_half", new double[] {-0.5})
        .constant("norm", new double[] {logNorm(l)})
        .node("Mul", "squares", points, points)
        .sum("chi2", "squares", "axis1")
        .node("Mul", "exponent", "chi2", "minus_half")
        .node("Sub", output, "exponent", "norm");
  }

  /** The observables y of theta. */
  private static OnnxModelWriter prediction(OnnxModelWriter graph) {
    int d = PARAMETERS.size();
    int m = OBSERVABLES.size();
    return graph
        .constant("h", flat(H.transpose()), d, m)
        .constant("offset", OFFSET.toArray(), m)
        .node("MatMul", "linear", "theta", "h")
        .node("Add", "y", "linear", "offset");
  }

  private static RealMatrix priorPrecision() {
    return MatrixUtils.createRealDiagonalMatrix(
        Arrays.stream(PRIOR_SDS).map(sd -> 1 / (sd * sd)).toArray());
  }

  private static RealMatrix covariance() {
    RealMatrix data = H.transposeMultiply(H).scalarMultiply(1 / (ERROR * ERROR));
    RealMatrix inverse = MatrixUtils.inverse(priorPrecision().add(data));
    return inverse.add(inverse.transpose()).scalarMultiply(0.5);
  }

  private static RealMatrix gain() {
    return covariance().multiply(H.transpose()).scalarMultiply(1 / (ERROR * ERROR));
  }

  private static RealVector intercept() {
    double[] priorMean = PRIOR_MEANS;
    return covariance()
        .operate(priorPrecision().operate(MatrixUtils.createRealVector(priorMean)))
        .subtract(gain().operate(OFFSET));
  }

  private static RealMatrix cholesky() {
    return new CholeskyDecomposition(covariance()).getL();
  }

  private static double logNorm(RealMatrix l) {
    double sum = 0.5 * l.getRowDimension() * Math.log(2 * Math.PI);
    for (int i = 0; i < l.getRowDimension(); i++) {
      sum += Math.log(l.getEntry(i, i));
    }
    return sum;
  }

  private static double[] flat(RealMatrix matrix) {
    double[] values = new double[matrix.getRowDimension() * matrix.getColumnDimension()];
    int at = 0;
    for (double[] row : matrix.getData()) {
      for (double value : row) {
        values[at++] = value;
      }
    }
    return values;
  }
}
