package org.sidereus.simulators.sed;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.sidereus.engine.SidereusException;

/**
 * A network of Speculator (Alsing et al. 2020): parameters of a stellar population to the logarithm
 * of its luminosity in one range of wavelengths, through the coefficients of principal components.
 * All shifts and scales are folded into the matrices. Immutable.
 */
final class SpectrumNetwork {
  private static final int ENTRIES = 18;
  private static final long MAX_FILE_BYTES = 256L << 20;

  private final double[] wavelengths;
  private final float[][][] weights;
  private final float[][] biases;
  private final float[][] alphas;
  private final float[][] betas;
  private final float[][] components;
  private final float[] mean;

  private SpectrumNetwork(
      double[] wavelengths,
      float[][][] weights,
      float[][] biases,
      float[][] alphas,
      float[][] betas,
      float[][] components,
      float[] mean) {
    this.wavelengths = wavelengths;
    this.weights = weights;
    this.biases = biases;
    this.alphas = alphas;
    this.betas = betas;
    this.components = components;
    this.mean = mean;
  }

  /**
   * Reads the pickle of a network.
   *
   * @throws SidereusException if the file is missing, broken or something else
   */
  static SpectrumNetwork read(Path file) {
    try {
      if (Files.size(file) > MAX_FILE_BYTES) {
        throw new IllegalArgumentException("it has more than " + MAX_FILE_BYTES + " bytes");
      }
      return of(Pickle.read(Files.readAllBytes(file)));
    } catch (IOException e) {
      throw new SidereusException("network " + file + " cannot be read: " + e.getMessage(), e);
    } catch (IllegalArgumentException | ClassCastException | IndexOutOfBoundsException e) {
      throw new SidereusException(
          "network "
              + file
              + " cannot be used: "
              + String.valueOf(e.getMessage()).replaceAll("\\p{Cntrl}", "?")
              + "; fetch it again from provabgs",
          e);
    }
  }

  /** The list that such a file holds. */
  static SpectrumNetwork of(@Nullable Object content) {
    if (!(content instanceof List<?> list) || list.size() != ENTRIES) {
      throw new IllegalArgumentException("it is no list of " + ENTRIES + " entries");
    }
    float[][][] weights = matrices(list.get(0));
    float[][] biases = vectors(list.get(1));
    float[][] alphas = vectors(list.get(2));
    float[][] betas = vectors(list.get(3));
    if (weights.length < 2
        || biases.length != weights.length
        || alphas.length != weights.length - 1
        || betas.length != weights.length - 1) {
      throw new IllegalArgumentException("its layers are not complete");
    }
    for (int l = 0; l < weights.length; l++) {
      int width = biases[l].length;
      requireEqual("outputs of layer " + l, weights[l][0].length, width);
      if (l < alphas.length) {
        requireEqual("alphas of layer " + l, alphas[l].length, width);
        requireEqual("betas of layer " + l, betas[l].length, width);
        requireEqual("inputs of layer " + (l + 1), weights[l + 1].length, width);
      }
    }
    foldInputs(array(list.get(4)).values(), array(list.get(5)).values(), weights[0], biases[0]);
    double[] wavelengths = array(list.get(13)).values();
    PickledArray matrix = array(list.get(10));
    double[] shift = array(list.get(6)).values();
    double[] scale = array(list.get(7)).values();
    double[] spectrumShift = array(list.get(8)).values();
    double[] spectrumScale = array(list.get(9)).values();
    int n = wavelengths.length;
    requireEqual("components", matrix.shape()[0], biases[biases.length - 1].length);
    requireEqual("points of a component", matrix.shape()[1], n);
    requireEqual("shifts", shift.length, matrix.shape()[0]);
    requireEqual("scales", scale.length, matrix.shape()[0]);
    requireEqual("points of the shift", spectrumShift.length, n);
    requireEqual("points of the scale", spectrumScale.length, n);
    float[][] components = new float[shift.length][n];
    double[] mean = spectrumShift.clone();
    for (int k = 0; k < shift.length; k++) {
      double[] row = matrix.row(k);
      for (int j = 0; j < n; j++) {
        components[k][j] = (float) (scale[k] * row[j] * spectrumScale[j]);
        mean[j] += shift[k] * row[j] * spectrumScale[j];
      }
    }
    return new SpectrumNetwork(
        wavelengths, weights, biases, alphas, betas, components, floats(mean));
  }

  private static void foldInputs(
      double[] shift, double[] scale, float[][] weights, float[] biases) {
    requireEqual("shifts of the inputs", shift.length, weights.length);
    requireEqual("scales of the inputs", scale.length, weights.length);
    for (int j = 0; j < biases.length; j++) {
      double bias = biases[j];
      for (int i = 0; i < weights.length; i++) {
        double weight = weights[i][j] / scale[i];
        bias -= weight * shift[i];
        weights[i][j] = (float) weight;
      }
      biases[j] = (float) bias;
    }
  }

  private static void requireEqual(String what, int found, int needed) {
    if (found != needed) {
      throw new IllegalArgumentException("it has " + found + " " + what + " and not " + needed);
    }
  }

  private static PickledArray array(Object value) {
    if (value instanceof PickledArray array) {
      return array;
    }
    throw new IllegalArgumentException("an array is missing in it");
  }

  private static float[][][] matrices(Object list) {
    return ((List<?>) list)
        .stream()
            .map(SpectrumNetwork::array)
            .map(
                matrix -> {
                  float[][] rows = new float[matrix.shape()[0]][];
                  for (int i = 0; i < rows.length; i++) {
                    rows[i] = floats(matrix.row(i));
                  }
                  return rows;
                })
            .toArray(float[][][]::new);
  }

  private static float[][] vectors(Object list) {
    return ((List<?>) list)
        .stream().map(one -> floats(array(one).values())).toArray(float[][]::new);
  }

  private static float[] floats(double[] values) {
    float[] floats = new float[values.length];
    for (int i = 0; i < floats.length; i++) {
      floats[i] = (float) values[i];
    }
    return floats;
  }

  /**
   * The same network for the wavelengths of a range only, and the nearest beyond each end.
   *
   * @return null where none of its wavelengths is needed
   */
  @Nullable SpectrumNetwork within(double lowest, double highest) {
    int from = 0;
    while (from < wavelengths.length - 1 && wavelengths[from + 1] <= lowest) {
      from++;
    }
    int to = wavelengths.length;
    while (to > 1 && wavelengths[to - 2] >= highest) {
      to--;
    }
    if (wavelengths[wavelengths.length - 1] < lowest || wavelengths[0] > highest) {
      return null;
    }
    float[][] cut = new float[components.length][];
    for (int k = 0; k < cut.length; k++) {
      cut[k] = Arrays.copyOfRange(components[k], from, to);
    }
    return new SpectrumNetwork(
        Arrays.copyOfRange(wavelengths, from, to),
        weights,
        biases,
        alphas,
        betas,
        cut,
        Arrays.copyOfRange(mean, from, to));
  }

  /** Number of parameters. */
  int inputs() {
    return weights[0].length;
  }

  /** Wavelengths in Angstrom, ascending; do not change them. */
  double[] wavelengths() {
    return wavelengths;
  }

  /** Most numbers that a layer or the spectrum has for one row. */
  int widest() {
    int widest = Math.max(inputs(), mean.length);
    for (float[] bias : biases) {
      widest = Math.max(widest, bias.length);
    }
    return widest;
  }

  /**
   * Evaluates the network; the parameters are lost.
   *
   * @param parameters [rows][at least widest()]
   * @param scratch [rows][at least widest()]
   * @param rows number of spectra
   * @return one of the two arrays: natural logarithms of luminosities [rows][wavelengths], Lsun/A
   *     for each Msun formed
   */
  float[][] logLuminosities(float[][] parameters, float[][] scratch, int rows) {
    float[][] in = parameters;
    float[][] out = scratch;
    for (int l = 0; l < weights.length; l++) {
      MatrixProduct.multiply(in, rows, weights[l], biases[l], out);
      if (l < alphas.length) {
        for (int r = 0; r < rows; r++) {
          VectorFunctions.activate(out[r], alphas[l], betas[l]);
        }
      }
      float[][] swapped = in;
      in = out;
      out = swapped;
    }
    MatrixProduct.multiply(in, rows, components, mean, out);
    return out;
  }
}
