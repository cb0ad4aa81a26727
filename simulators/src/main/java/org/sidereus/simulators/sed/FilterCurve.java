package org.sidereus.simulators.sed;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.sidereus.engine.SidereusException;

/**
 * The response of a filter to photons.
 *
 * @param wavelengths in Angstrom, ascending
 * @param responses at these wavelengths; 0 at both ends and linear between
 * @param zeroPoint the integral of {@link #nanomaggies} for a source of AB magnitude 0, in
 *     erg/s/cm2
 */
record FilterCurve(double[] wavelengths, double[] responses, double zeroPoint) {
  /** Flux of AB magnitude 0 is 3631 Jy: in erg/s/cm2/A times the square of the wavelength in A. */
  private static final double AB_FLUX_ANGSTROM = 3631e-23 * 2.99792458e18;

  /** Maggies of one nanomaggy. */
  private static final double NANO = 1e9;

  /**
   * Reads an ECSV table with the columns wavelength (Angstrom) and response.
   *
   * @throws SidereusException if it is missing or broken
   */
  static FilterCurve read(Path file) {
    List<double[]> rows = new ArrayList<>();
    try {
      boolean header = true;
      for (String line : Files.readAllLines(file)) {
        if (line.isBlank() || line.startsWith("#")) {
          continue;
        }
        String[] fields = line.strip().split("[ ,]+", 0);
        if (header) {
          if (fields.length != 2
              || !fields[0].equals("wavelength")
              || !fields[1].equals("response")) {
            throw broken(file, "its columns are not wavelength and response", null);
          }
          header = false;
          continue;
        }
        rows.add(new double[] {Double.parseDouble(fields[0]), Double.parseDouble(fields[1])});
      }
    } catch (IOException | RuntimeException e) {
      throw e instanceof SidereusException error
          ? error
          : broken(file, String.valueOf(e.getMessage()), e);
    }
    if (rows.size() < 2) {
      throw broken(file, "it has fewer than two rows", null);
    }
    for (int i = 1; i < rows.size(); i++) {
      if (!(rows.get(i)[0] > rows.get(i - 1)[0])) {
        throw broken(file, "its wavelengths do not ascend", null);
      }
    }
    if (rows.get(0)[1] != 0 || rows.get(rows.size() - 1)[1] != 0) {
      throw broken(file, "its response does not begin and end with 0", null);
    }
    return of(
        rows.stream().mapToDouble(row -> row[0]).toArray(),
        rows.stream().mapToDouble(row -> row[1]).toArray());
  }

  /** A filter of these nodes. */
  static FilterCurve of(double[] wavelengths, double[] responses) {
    double sum = 0;
    for (int f = 1; f < wavelengths.length; f++) {
      double left = responses[f - 1] / wavelengths[f - 1];
      double right = responses[f] / wavelengths[f];
      sum += 0.5 * (left + right) * (wavelengths[f] - wavelengths[f - 1]);
    }
    return new FilterCurve(wavelengths, responses, AB_FLUX_ANGSTROM * sum);
  }

  private static SidereusException broken(Path file, String why, @Nullable Throwable cause) {
    return new SidereusException("filter " + file + " cannot be used: " + why, cause);
  }

  double lowest() {
    return wavelengths[0];
  }

  double highest() {
    return wavelengths[wavelengths.length - 1];
  }

  /**
   * Flux in nanomaggies through the filter: the mean over photons, relative to a source of AB
   * magnitude 0. Trapezoids on the nodes of spectrum and filter together, both linear between their
   * own nodes.
   *
   * @param nodes wavelengths in the frame of the source, Angstrom, ascending
   * @param flux what the spectrum has at these wavelengths; in erg/s/cm2/A the result is the flux
   *     in nanomaggies. The spectrum must cover the filter
   * @param stretch 1 + redshift
   */
  double nanomaggies(double[] nodes, float[] flux, double stretch) {
    int f = 0;
    double wavelength = wavelengths[0];
    int s = 0;
    while (nodes[s + 1] * stretch <= wavelength) {
      s++;
    }
    double left = nodes[s] * stretch;
    double right = nodes[s + 1] * stretch;
    double before = 0;
    double sum = 0;
    int last = wavelengths.length - 1;
    // from one node to the next of either kind: (s, f) is the cell to the right of the node
    while (true) {
      double end = wavelengths[f + 1];
      double slope = (responses[f + 1] - responses[f]) / (end - wavelengths[f]);
      double fluxSlope = (flux[s + 1] - flux[s]) / (right - left);
      boolean atSpectrum = right < end;
      double to = atSpectrum ? right : end;
      double response = responses[f] + slope * (to - wavelengths[f]);
      double value = (flux[s] + fluxSlope * (to - left)) * response * to;
      sum += 0.5 * (before + value) * (to - wavelength);
      before = value;
      wavelength = to;
      if (atSpectrum) {
        s++;
        left = right;
        right = nodes[s + 1] * stretch;
      } else {
        f++;
        if (f == last) {
          return NANO * sum / zeroPoint;
        }
      }
    }
  }
}
