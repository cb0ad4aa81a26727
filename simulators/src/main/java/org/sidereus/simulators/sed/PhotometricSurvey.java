package org.sidereus.simulators.sed;

import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;
import org.sidereus.engine.bundle.Feature;
import org.sidereus.engine.bundle.Noise;
import org.sidereus.simulators.sets.ObservationModel;

/**
 * The photometry of a survey such as the SDSS: magnitudes whose fluxes have normal noise, with
 * errors that grow with the magnitude and do not fall below a floor, and a redshift that is known.
 *
 * <p>The errors are those of the SDSS: the median at each magnitude of 9,255 of its galaxies, with
 * the floor in quadrature. The error of a galaxy does not depend on the galaxy; it is that of a
 * galaxy of any magnitude. An error that depended on the true flux would reveal it to the flow, but
 * the likelihood of the engine takes errors as given, and a real survey knows its errors no better
 * than its fluxes. The range is wider than that of the survey, because the posterior of a galaxy
 * with an error that no training galaxy had is arbitrary:
 *
 * <ul>
 *   <li>the scatter around the median is a fifth;
 *   <li>for one galaxy in twelve all errors are larger by a factor of up to ten;
 *   <li>for one galaxy in eight they are smaller by a factor of up to two, as if it had been
 *       visited four times.
 * </ul>
 */
public final class PhotometricSurvey implements ObservationModel {
  /** Error that no single measurement falls below, u to z. */
  private static final double[] FLOOR = {0.05, 0.02, 0.02, 0.02, 0.03};

  private static final double LARGEST = 1;

  /** Errors of a typical galaxy. */
  private static final double[] TYPICAL = {0.08, 0.0215, 0.0205, 0.0205, 0.032};

  private static final double[][] MAGNITUDES = {
    {16.25, 17.25, 18.25, 19.25, 20.25, 21.25},
    {14.25, 15.75, 16.75, 17.75, 18.75},
    {13.75, 15.25, 16.25, 17.25, 17.75},
    {13.25, 15.25, 16.25, 17.25},
    {12.75, 14.25, 15.25, 16.25, 17.25}
  };

  private static final double[][] MEDIANS = {
    {0.0513, 0.0535, 0.0600, 0.0775, 0.1254, 0.2415},
    {0.0201, 0.0203, 0.0206, 0.0214, 0.0234},
    {0.0201, 0.0202, 0.0204, 0.0210, 0.0213},
    {0.0201, 0.0203, 0.0207, 0.0213},
    {0.0301, 0.0304, 0.0311, 0.0328, 0.0352}
  };

  private static final double SCATTER = 0.2;
  private static final double SHARE_INFLATED = 1 / 12.0;
  private static final double MOST_INFLATED = 10;
  private static final double SHARE_REDUCED = 1 / 8.0;
  private static final double MOST_REDUCED = 0.5;

  private final boolean typical;

  /**
   * A survey.
   *
   * @param typical whether every galaxy has the errors of a typical one
   */
  public PhotometricSurvey(boolean typical) {
    this.typical = typical;
  }

  @Override
  public List<Feature> features() {
    List<Feature> features = new ArrayList<>();
    for (Feature.Kind kind : List.of(Feature.Kind.VALUE, Feature.Kind.ERROR)) {
      ProvabgsFiles.BANDS.forEach(band -> features.add(new Feature(kind, "mag_" + band)));
    }
    features.add(new Feature(Feature.Kind.COVARIATE, SedModel.REDSHIFT));
    return features;
  }

  @Override
  public void observe(
      float[] parameters,
      int parameter,
      float[] magnitudes,
      int magnitude,
      RandomGenerator random,
      float[] features,
      int feature) {
    double factor = factor(random);
    for (int band = 0; band < FLOOR.length; band++) {
      double error = typical ? TYPICAL[band] : error(band, factor, random);
      features[feature + band] =
          (float) Noise.NORMAL_FLUX.measure(magnitudes[magnitude + band], error, random);
      features[feature + FLOOR.length + band] = (float) error;
    }
    features[feature + 2 * FLOOR.length] = parameters[parameter + SedModel.REDSHIFT_INDEX];
  }

  /** Draws the factor on all errors of one galaxy. */
  private static double factor(RandomGenerator random) {
    double kind = random.nextDouble();
    if (kind < SHARE_INFLATED) {
      return Math.pow(MOST_INFLATED, random.nextDouble());
    }
    return kind < SHARE_INFLATED + SHARE_REDUCED ? Math.pow(MOST_REDUCED, random.nextDouble()) : 1;
  }

  private double error(int band, double factor, RandomGenerator random) {
    double[] at = MAGNITUDES[band];
    double anywhere = at[0] + random.nextDouble() * (at[at.length - 1] - at[0]);
    double scattered = median(band, anywhere) * Math.exp(SCATTER * random.nextGaussian());
    return Math.min(LARGEST, Math.max(lowestError(band), factor * scattered));
  }

  /**
   * The median error at a magnitude. Interpolates the logarithm of the error without the floor (in
   * quadrature). Fainter than the table, the noise is that of the sky.
   */
  static double median(int band, double magnitude) {
    double[] at = MAGNITUDES[band];
    int last = at.length - 1;
    double excess;
    if (magnitude >= at[last]) {
      excess = excess(band, last) * Math.pow(10, 0.4 * (magnitude - at[last]));
    } else {
      int cell = 0;
      while (cell < last - 1 && at[cell + 1] < magnitude) {
        cell++;
      }
      double share = Math.max(0, (magnitude - at[cell]) / (at[cell + 1] - at[cell]));
      excess = Math.pow(excess(band, cell), 1 - share) * Math.pow(excess(band, cell + 1), share);
    }
    return Math.hypot(FLOOR[band], excess);
  }

  private static double excess(int band, int i) {
    return Math.sqrt(MEDIANS[band][i] * MEDIANS[band][i] - FLOOR[band] * FLOOR[band]);
  }

  @Override
  public double defaultError(int band) {
    return TYPICAL[band];
  }

  @Override
  public double lowestError(int band) {
    return MOST_REDUCED * FLOOR[band];
  }

  @Override
  public double highestError(int band) {
    return LARGEST;
  }

  @Override
  public ObservationModel complete() {
    return new PhotometricSurvey(true);
  }
}
