package org.sidereus.simulators.sed;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.DoubleStream;
import java.util.stream.Stream;
import org.sidereus.engine.bundle.Covariate;
import org.sidereus.engine.bundle.Noise;
import org.sidereus.engine.bundle.Observable;
import org.sidereus.engine.bundle.Parameter;
import org.sidereus.engine.bundle.Role;
import org.sidereus.engine.bundle.Uniform;
import org.sidereus.networks.Formula;
import org.sidereus.simulators.model.DerivedQuantity;
import org.sidereus.simulators.model.EmulatedParts;
import org.sidereus.simulators.model.ForwardModel;
import org.sidereus.simulators.model.LinearEffect;
import org.sidereus.simulators.model.SimulationResult;

/**
 * Galaxies as a survey of the size of the SDSS main sample sees them: stellar mass, star formation
 * history, metallicity history, dust and redshift to AB magnitudes in u, g, r, i and z. Parameters
 * and priors are those of SEDflow (Hahn and Melchior 2022, table 1) before the shares of the star
 * formation history are computed from the sticks.
 *
 * <p>A galaxy that is brighter or fainter than all that such a survey has fails: see {@link
 * SurveyLimits}. Immutable.
 */
public final class SedModel implements ForwardModel {
  /** log10 of the stellar mass formed. */
  static final String LOG_MASS = "log10_M_formed";

  private static final double ZERO_POINT = 20;

  static final String REDSHIFT = "redshift";

  /** Place of the redshift among the inputs. */
  static final int REDSHIFT_INDEX = 11;

  private static final Uniform STICK = new Uniform(0, 1);
  private static final Uniform LOG_GAMMA = new Uniform(Math.log10(4.5e-5), Math.log10(1.5e-2));

  private static final List<Parameter> PARAMETERS =
      List.of(
          local(LOG_MASS, "log10(Msun)", new Uniform(7, 12.5)),
          local("sfh_stick1", "", STICK),
          local("sfh_stick2", "", STICK),
          local("sfh_stick3", "", STICK),
          local("f_burst", "", new Uniform(0, 1)),
          local(
              "t_burst_Gyr",
              "Gyr",
              new Uniform(StellarSpectra.YOUNGEST_BURST_GYR, StellarSpectra.OLDEST_BURST_GYR)),
          local("log10_gamma1", "", LOG_GAMMA),
          local("log10_gamma2", "", LOG_GAMMA),
          local("tau_BC", "", new Uniform(0, 3)),
          local("tau_ISM", "", new Uniform(0, 3)),
          local("n_dust", "", new Uniform(-2, 1)));

  private static final List<Covariate> COVARIATES =
      List.of(new Covariate(REDSHIFT, "", new Uniform(0, Cosmology.LARGEST_REDSHIFT)));

  private static final List<Observable> OBSERVABLES =
      ProvabgsFiles.BANDS.stream()
          .map(band -> new Observable("mag_" + band, "mag", null).withNoise(Noise.NORMAL_FLUX))
          .toList();

  private final StellarSpectra spectra;

  public SedModel(StellarSpectra spectra) {
    this.spectra = spectra;
  }

  private static Parameter local(String name, String unit, Uniform prior) {
    return new Parameter(name, unit, Role.LOCAL, prior);
  }

  @Override
  public String name() {
    return "sed-provabgs";
  }

  @Override
  public List<Parameter> parameters() {
    return PARAMETERS;
  }

  @Override
  public List<Covariate> covariates() {
    return COVARIATES;
  }

  @Override
  public List<Observable> observables() {
    return OBSERVABLES;
  }

  @Override
  public List<DerivedQuantity> derived() {
    return new StellarContent(spectra.histories(), spectra.cosmology()).quantities();
  }

  /**
   * The light of the history and of the burst, each as if all of the mass had it: their sum has a
   * step where the burst is as old as the universe, and they have fewer inputs.
   */
  @Override
  public EmulatedParts parts() {
    int bands = ProvabgsFiles.BANDS.size();
    int inputs = PARAMETERS.size() + COVARIATES.size();
    Formula burst = new Formula.Input(4);
    Formula early =
        new Formula.Below(new Formula.Input(5), OfRedshift.polynomial(spectra.cosmology()::ageGyr));
    Formula seen = new Formula.Product(burst, early);
    Formula rest =
        new Formula.Sum(List.of(spectra.keepsLateBurst() ? seen : burst), List.of(-1.0), 1);
    List<String> names = new ArrayList<>();
    ProvabgsFiles.BANDS.forEach(band -> names.add("history_" + band));
    ProvabgsFiles.BANDS.forEach(band -> names.add("burst_" + band));
    List<Formula> magnitudes = new ArrayList<>();
    for (int band = 0; band < bands; band++) {
      Formula flux =
          new Formula.Sum(
              List.of(
                  new Formula.Product(rest, flux(inputs + band)),
                  new Formula.Product(seen, flux(inputs + bands + band))),
              List.of(1.0, 1.0),
              0);
      magnitudes.add(new Formula.Sum(List.of(new Formula.Log10(flux)), List.of(-2.5), ZERO_POINT));
    }
    return new EmulatedParts(names, magnitudes);
  }

  /** In units of magnitude 20, so that single precision has its digits. */
  private static Formula flux(int magnitude) {
    return new Formula.Power10(
        new Formula.Sum(List.of(new Formula.Input(magnitude)), List.of(-0.4), 0.4 * ZERO_POINT));
  }

  /**
   * The mass is a factor of all fluxes. The inverse square of the distance is, at small redshifts,
   * that of the redshift.
   */
  @Override
  public List<LinearEffect> linearEffects() {
    return List.of(
        new LinearEffect(0, false, -2.5, true),
        new LinearEffect(5, true, 0, false), // a burst's light is smooth in its logarithm
        new LinearEffect(4, false, 0, true), // the share of the burst is in the formulas
        new LinearEffect(REDSHIFT_INDEX, true, 5 / Math.log(10), false));
  }

  /** The galaxy of a run's inputs. */
  static Galaxy galaxy(double[] inputs) {
    return new Galaxy(
        inputs[0],
        new Galaxy.History(
            new double[] {inputs[1], inputs[2], inputs[3]},
            inputs[4],
            inputs[5],
            Math.pow(10, inputs[6]),
            Math.pow(10, inputs[7])),
        new Galaxy.Dust(inputs[8], inputs[9], inputs[10]),
        inputs[REDSHIFT_INDEX]);
  }

  @Override
  public Runner newRunner() {
    GalaxyFluxes fluxes = new GalaxyFluxes(spectra);
    return Runner.ofMany(
        inputs ->
            fluxes.results(
                Arrays.stream(inputs).map(SedModel::galaxy).toList(), SedModel::photometry));
  }

  private static SimulationResult photometry(GalaxyFluxes.Fluxes nanomaggies) {
    double[] magnitudes =
        Stream.of(nanomaggies.whole(), nanomaggies.history(), nanomaggies.burst())
            .flatMapToDouble(DoubleStream::of)
            .map(SedModel::magnitude)
            .toArray();
    return SurveyLimits.contain(magnitudes)
        ? new SimulationResult.Observables(magnitudes)
        : new SimulationResult.Failed(SedFailure.OUTSIDE_SURVEY);
  }

  private static double magnitude(double nanomaggies) {
    return 22.5 - 2.5 * Math.log10(nanomaggies);
  }
}
