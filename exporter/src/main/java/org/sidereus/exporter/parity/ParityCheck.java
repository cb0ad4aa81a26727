package org.sidereus.exporter.parity;

import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.sidereus.engine.bundle.Prior;
import org.sidereus.exporter.onnx.PosteriorGraph;
import org.sidereus.networks.EmulatorNetwork;
import org.sidereus.networks.FlowNetwork;
import org.sidereus.networks.Tensor;

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
   * Largest error of chi_square and log_weight that passes, relative to chi_square (or 1), and of
   * residuals, in units of the measurement's error and relative to them (or 1): a prediction is
   * known to a few 1e-6 of its range, and its error counts in units of the measurement's error.
   */
  public static final double LIKELIHOOD_TOLERANCE = 1e-4;

  /** Largest error of a derived quantity that passes, relative to it (or 1). */
  public static final double DERIVED_TOLERANCE = 1e-4;

  private final ParityInputs inputs;

  /** A check on random features of the training's means and standard deviations. */
  public ParityCheck() {
    this(null);
  }

  /**
   * A check on observed features. Features that depend on each other, such as a value and the mask
   * that says whether there is one, cannot be drawn independently: for impossible combinations a
   * network is numerically unstable.
   *
   * @param observed rows [N, F] to draw from, physical units; null: independent random ones
   */
  public ParityCheck(@Nullable Tensor observed) {
    inputs = new ParityInputs(observed);
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

  /**
   * Compares {@code posterior.onnx} with the flow.
   *
   * @param shared dimensions of the shared parameters
   */
  public Report posterior(FlowNetwork network, byte[] graph, List<Integer> shared) {
    return new PosteriorParity(network, inputs).samples(graph, shared);
  }

  /**
   * Compares the importance weights of {@code posterior.onnx} with prior and likelihood at the
   * graph's own samples and its own log_prob.
   */
  public Report weights(FlowNetwork network, PosteriorGraph.Correction with, byte[] graph) {
    return new PosteriorParity(network, inputs).weights(graph, with);
  }

  /**
   * Compares the derived quantities of {@code posterior.onnx} with their formulas at the graph's
   * own samples, relative to each quantity or to 1.
   */
  public Report derived(FlowNetwork network, PosteriorGraph.DerivedOutputs derived, byte[] graph) {
    return new PosteriorParity(network, inputs).derived(graph, derived);
  }

  /** Compares {@code density.onnx} with the flow, at points drawn from it. */
  public Report density(FlowNetwork network, byte[] graph) {
    return new DensityParity(network, inputs).check(graph);
  }

  /**
   * Compares {@code emulator.onnx} with the emulator, at inputs of the training's means and
   * standard deviations.
   */
  public Report emulator(EmulatorNetwork network, byte[] graph) {
    return new EmulatorParity(network, inputs).check(graph);
  }

  /**
   * Compares {@code emulator.onnx} with the emulator, at inputs that formulas are made for.
   *
   * @param priors distributions of the inputs
   */
  public Report emulator(EmulatorNetwork network, List<Prior> priors, byte[] graph) {
    return new EmulatorParity(network, inputs).check(graph, priors);
  }
}
