package org.sidereus.engine.inference;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import java.nio.FloatBuffer;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;
import org.sidereus.engine.bundle.Covariate;
import org.sidereus.engine.bundle.Feature;
import org.sidereus.engine.bundle.GaussianTerms;
import org.sidereus.engine.bundle.GraphContract;
import org.sidereus.engine.bundle.Manifest;
import org.sidereus.engine.bundle.Observable;
import org.sidereus.engine.kernel.TileGraph;

/**
 * Compares the kernel with ONNX Runtime at a few objects, before it is used. How far float32
 * numbers of a graph are from exact ones depends on the graph. So the graph is also evaluated with
 * inputs that are changed in their last bits: the kernel may be a few times as far from ONNX
 * Runtime as ONNX Runtime from itself.
 */
final class KernelCheck {
  private static final int OBJECTS = 4;
  private static final int SAMPLES = 100;
  private static final float CHANGE = 1 + 0x1p-21f;
  private static final double[] QUANTILES = {0.5, 0.9};
  private static final double FACTOR = 30;
  private static final double OF_DEVIATION = 1e-4;
  private static final double OF_SIZE = 3e-6;

  private final OrtEnvironment environment;
  private final Manifest manifest;
  private final int features;
  private final int parameters;

  KernelCheck(OrtEnvironment environment, Manifest manifest) {
    this.environment = environment;
    this.manifest = manifest;
    features = manifest.features().size();
    parameters = manifest.parameters().size();
  }

  /**
   * Compares all outputs.
   *
   * @param plain evaluates the graph by ONNX Runtime: inputs, outputs
   * @return the output that differs, or null
   */
  @Nullable String difference(
      TileGraph tiles, BiConsumer<Map<String, OnnxTensor>, Map<String, OnnxTensor>> plain) {
    Map<String, FloatTensor> tensors = new LinkedHashMap<>();
    try {
      Map<String, FloatTensor> inputs = inputs(tensors);
      Map<String, float[]> expected = evaluate(tiles, inputs, plain, tensors);
      Map<String, float[]> found =
          evaluate(tiles, inputs, (in, out) -> run(tiles, in, out), tensors);
      FloatTensor whitening = inputs.remove(GraphContract.WHITENING);
      for (FloatTensor input : inputs.values()) {
        FloatBuffer buffer = input.buffer();
        for (int i = 0; i < buffer.capacity(); i++) {
          buffer.put(i, buffer.get(i) * CHANGE);
        }
      }
      Map<String, FloatTensor> all = new LinkedHashMap<>(inputs);
      if (whitening != null) {
        all.put(GraphContract.WHITENING, whitening);
      }
      Map<String, float[]> changed = evaluate(tiles, all, plain, tensors);
      for (String output : tiles.outputs()) {
        int width = tiles.width(output);
        for (int unit = 0; unit < width; unit++) {
          if (!agree(
              unit(named(expected, output), unit, width),
              unit(named(found, output), unit, width),
              unit(named(changed, output), unit, width))) {
            return output;
          }
        }
      }
      return null;
    } catch (OrtException e) {
      throw new InferenceException("no memory for " + OBJECTS + " objects: " + e.getMessage(), e);
    } finally {
      tensors.values().forEach(FloatTensor::close);
    }
  }

  /**
   * Evaluates by the kernel.
   *
   * @throws InferenceException if the evaluation is ended from outside
   */
  static void run(
      TileGraph tiles, Map<String, OnnxTensor> inputs, Map<String, OnnxTensor> outputs) {
    int objects = first(named(inputs, GraphContract.FEATURES));
    int samples = first(named(inputs, GraphContract.NOISE));
    if (!tiles.run(objects, samples, memory(inputs), memory(outputs))) {
      throw new InferenceException("the evaluation of a kernel was ended");
    }
  }

  private static int first(OnnxTensor tensor) {
    return Math.toIntExact(tensor.getInfo().getShape()[0]);
  }

  private static <T> T named(Map<String, T> values, String name) {
    T value = values.get(name);
    if (value == null) {
      throw new IllegalArgumentException("there is no " + name);
    }
    return value;
  }

  private static Map<String, FloatBuffer> memory(Map<String, OnnxTensor> tensors) {
    Map<String, FloatBuffer> buffers = new HashMap<>();
    tensors.forEach(
        (name, tensor) ->
            tensor.getBufferRef().ifPresent(one -> buffers.put(name, (FloatBuffer) one)));
    return buffers;
  }

  private Map<String, FloatTensor> inputs(Map<String, FloatTensor> tensors) throws OrtException {
    Map<String, FloatTensor> inputs = new LinkedHashMap<>();
    FloatTensor x = FloatTensor.allocate(environment, OBJECTS, features);
    inputs.put(GraphContract.FEATURES, x);
    FloatTensor noise = FloatTensor.allocate(environment, SAMPLES, parameters);
    inputs.put(GraphContract.NOISE, noise);
    noise.buffer().put(0, BaseNoise.of(SAMPLES, parameters));
    SplittableRandom random = new SplittableRandom(1);
    for (int object = 0; object < OBJECTS; object++) {
      for (int i = 0; i < features; i++) {
        Feature feature = manifest.features().get(i);
        x.buffer().put(object * features + i, (float) value(feature, random.nextDouble()));
      }
    }
    if (manifest.takesSharedErrors()) {
      int terms = GaussianTerms.count(manifest);
      FloatTensor whitening = FloatTensor.allocate(environment, OBJECTS, terms, terms);
      for (int i = 0; i < whitening.buffer().capacity(); i++) {
        int row = i / terms % terms;
        int column = i % terms;
        whitening.buffer().put(i, row == column ? 1.25f : row > column ? -0.1f : 0);
      }
      inputs.put(GraphContract.WHITENING, whitening);
    }
    tensors.putAll(inputs);
    return inputs;
  }

  /** A plausible number; all is measured. */
  private double value(Feature feature, double uniform) {
    if (feature.kind().ofCovariate()) {
      Covariate covariate =
          manifest.covariates().stream()
              .filter(one -> one.name().equals(feature.of()))
              .findFirst()
              .orElse(null);
      double mean = covariate == null ? 0 : covariate.training().mean();
      double sd = covariate == null ? 1 : covariate.training().sd();
      return switch (feature.kind()) {
        case COVARIATE_ERROR -> 0.1 * sd;
        case COVARIATE_MASK -> 1;
        default -> mean + sd * (uniform - 0.5);
      };
    }
    Observable observable =
        manifest.observables().stream()
            .filter(one -> one.name().equals(feature.of()))
            .findFirst()
            .orElseThrow();
    Double lower = observable.lower();
    Double upper = observable.upper();
    return switch (feature.kind()) {
      case ERROR -> error(observable);
      case MASK -> 1;
      default ->
          lower == null || upper == null
              ? uniform
              : lower + (upper - lower) * (0.4 + 0.2 * uniform);
    };
  }

  private static double error(Observable observable) {
    if (observable.error() != null) {
      return observable.error();
    }
    Double lower = observable.errorLower();
    Double upper = observable.errorUpper();
    return lower == null || upper == null ? 0.1 : Math.sqrt(lower * upper);
  }

  private Map<String, float[]> evaluate(
      TileGraph tiles,
      Map<String, FloatTensor> inputs,
      BiConsumer<Map<String, OnnxTensor>, Map<String, OnnxTensor>> evaluation,
      Map<String, FloatTensor> tensors)
      throws OrtException {
    Map<String, OnnxTensor> in = new HashMap<>();
    inputs.forEach((name, tensor) -> in.put(name, tensor.tensor()));
    Map<String, OnnxTensor> out = new HashMap<>();
    for (String output : tiles.outputs()) {
      FloatTensor tensor = tensors.get(output);
      if (tensor == null) {
        boolean vectors =
            output.equals(GraphContract.THETA)
                || output.equals(GraphContract.DERIVED)
                || output.equals(GraphContract.RESIDUALS);
        long[] shape = {OBJECTS, SAMPLES, tiles.width(output)};
        tensor = FloatTensor.allocate(environment, vectors ? shape : Arrays.copyOf(shape, 2));
        tensors.put(output, tensor);
      }
      out.put(output, tensor.tensor());
    }
    evaluation.accept(in, out);
    Map<String, float[]> values = new HashMap<>();
    for (String output : tiles.outputs()) {
      FloatBuffer buffer = named(tensors, output).buffer();
      float[] copy = new float[buffer.capacity()];
      buffer.get(0, copy);
      values.put(output, copy);
    }
    return values;
  }

  private static double[] unit(float[] values, int unit, int width) {
    double[] some = new double[values.length / width];
    for (int i = 0; i < some.length; i++) {
      some[i] = values[i * width + unit];
    }
    return some;
  }

  /** Whether numbers are near enough to others, given those of inputs that are nearly the same. */
  static boolean agree(double[] expected, double[] found, double[] changed) {
    double[] distance = new double[expected.length];
    double[] own = new double[expected.length];
    double sum = 0;
    double squares = 0;
    double size = 0;
    int finite = 0;
    for (int i = 0; i < expected.length; i++) {
      distance[i] = distance(expected[i], found[i]);
      own[i] = distance(expected[i], changed[i]);
      if (Double.isFinite(expected[i])) {
        finite++;
        sum += expected[i];
        squares += expected[i] * expected[i];
        size += Math.abs(expected[i]);
      }
    }
    double mean = finite == 0 ? 0 : sum / finite;
    double sd = finite == 0 ? 0 : Math.sqrt(Math.max(0, squares / finite - mean * mean));
    double rounding = OF_DEVIATION * sd + OF_SIZE * (finite == 0 ? 0 : size / finite);
    Arrays.sort(distance);
    Arrays.sort(own);
    for (double quantile : QUANTILES) {
      int i = (int) (quantile * distance.length);
      if (!(distance[i] <= rounding + FACTOR * own[i])) {
        return false;
      }
    }
    return true;
  }

  private static double distance(double a, double b) {
    if (a == b || (Double.isNaN(a) && Double.isNaN(b))) {
      return 0;
    }
    double distance = Math.abs(a - b);
    return Double.isFinite(distance) ? distance : Double.POSITIVE_INFINITY;
  }
}
