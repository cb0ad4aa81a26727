package org.sidereus.trainer.command;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.SplittableRandom;
import org.sidereus.engine.SidereusException;

/**
 * Planets that pass before their stars: depth of the transit in two bands, its duration and that of
 * the ingress, from the density and the limb darkening of the star, which its planets share, and
 * the radius and the impact parameter of the planet. Circular orbits; linear limb darkening, 0.6
 * times as strong in the red band.
 */
final class Transits {
  /** The distance of a planet of one day from a star of the Sun's density, in stellar radii. */
  private static final double DISTANCE_OF_A_DAY = 4.2083;

  private static final double LOWEST_ERROR = 0.005;
  private static final double HIGHEST_ERROR = 0.1;

  static final String HEADER =
      "log10_density,limb,log10_radius,impact,log10_period,depth_blue,depth_red,duration,ingress";

  private static final String PARAMETERS =
      """
        "parameters": [
          {"name": "log10_density", "unit": "log10(rho_sun)", "role": "shared",
           "prior": {"kind": "normal", "mean": 0.0, "sd": 0.3}},
          {"name": "limb", "role": "shared", "prior": {"kind": "uniform", "lower": 0.2, "upper": 0.8}},
          {"name": "log10_radius", "role": "local",
           "prior": {"kind": "uniform", "lower": -2, "upper": -0.7}},
          {"name": "impact", "role": "local", "prior": {"kind": "uniform", "lower": 0, "upper": 0.8}}
        ],
        "covariates": [
          {"name": "log10_period", "unit": "log10(d)",
           "training": {"kind": "uniform", "lower": 0, "upper": 2}}
        ],
      """;

  private Transits() {}

  /** A case file. */
  static String caseFile(String simulations, String errors) {
    StringBuilder text = new StringBuilder("{\"format\": 1, \"name\": \"transits\",\n");
    text.append(PARAMETERS).append("\"observables\": [\n");
    for (String name : List.of("depth_blue", "depth_red", "duration", "ingress")) {
      text.append(
          "{\"name\": \"%s\", \"unit\": \"dex\", %s}%s\n"
              .formatted(name, errors.replace("NAME", name), name.equals("ingress") ? "" : ","));
    }
    return text.append("],\n")
        .append("\"derived\": [{\"name\": \"radius\", \"formula\": \"10^log10_radius\"}],\n")
        .append("\"simulations\": \"")
        .append(simulations)
        .append("\"}\n")
        .toString();
  }

  /** Observables of parameters and the covariate; no numbers where the planet only grazes. */
  static double[] observables(double[] inputs) {
    double ratio = Math.pow(10, inputs[2]);
    double impact = inputs[3];
    double days = Math.pow(10, inputs[4]);
    double distance = DISTANCE_OF_A_DAY * Math.cbrt(days * days * Math.pow(10, inputs[0]));
    double cosine = impact / distance;
    double mu = Math.sqrt(1 - impact * impact);
    double total = hours(days, distance, cosine, 1 + ratio, impact);
    double flat = hours(days, distance, cosine, 1 - ratio, impact);
    return new double[] {
      depth(ratio, mu, inputs[1]),
      depth(ratio, mu, 0.6 * inputs[1]),
      Math.log10(total),
      Math.log10(0.5 * (total - flat))
    };
  }

  private static double hours(
      double days, double distance, double cosine, double reach, double impact) {
    double chord = Math.sqrt(reach * reach - impact * impact);
    return 24 * days / Math.PI * Math.asin(chord / (distance * Math.sqrt(1 - cosine * cosine)));
  }

  private static double depth(double ratio, double mu, double limb) {
    return Math.log10(ratio * ratio * (1 - limb * (1 - mu)) / (1 - limb / 3));
  }

  private static double[] draw(SplittableRandom random) {
    return new double[] {
      0.3 * random.nextGaussian(),
      random.nextDouble(0.2, 0.8),
      random.nextDouble(-2, -0.7),
      random.nextDouble(0, 0.8),
      random.nextDouble(0, 2)
    };
  }

  /** A table of runs; every hundredth is void. */
  static Path noiseless(Path file, int rows, long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    StringBuilder text = new StringBuilder(HEADER).append('\n');
    for (int i = 0; i < rows; i++) {
      double[] inputs = draw(random);
      append(text, inputs);
      double[] y = observables(inputs);
      if (i % 100 == 99) {
        y[i % 4] = Double.NaN;
      }
      append(text, y).setCharAt(text.length() - 1, '\n');
    }
    return write(file, text);
  }

  /** A table of measurements with the errors of each. */
  static Path noisy(Path file, int rows, long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    StringBuilder text = new StringBuilder(HEADER);
    text.append(",depth_blue_sd,depth_red_sd,duration_sd,ingress_sd\n");
    for (int i = 0; i < rows; i++) {
      double[] inputs = draw(random);
      double[] y = observables(inputs);
      double[] errors = new double[y.length];
      for (int j = 0; j < y.length; j++) {
        errors[j] = LOWEST_ERROR * Math.pow(HIGHEST_ERROR / LOWEST_ERROR, random.nextDouble());
        y[j] += errors[j] * random.nextGaussian();
      }
      append(append(append(text, inputs), y), errors).setCharAt(text.length() - 1, '\n');
    }
    return write(file, text);
  }

  private static StringBuilder append(StringBuilder text, double[] numbers) {
    for (double number : numbers) {
      text.append(String.format(Locale.ROOT, "%.7g", number)).append(',');
    }
    return text;
  }

  static Path write(Path file, CharSequence text) {
    try {
      return Files.writeString(file, text);
    } catch (IOException e) {
      throw new SidereusException("cannot write " + file, e);
    }
  }
}
