package org.sidereus.simulators.gce;

import java.util.List;
import java.util.OptionalDouble;
import java.util.stream.Collectors;
import org.sidereus.engine.bundle.Normal;
import org.sidereus.engine.bundle.Observable;
import org.sidereus.engine.bundle.Parameter;
import org.sidereus.engine.bundle.Role;
import org.sidereus.engine.bundle.TruncatedNormal;
import org.sidereus.engine.bundle.Uniform;
import org.sidereus.simulators.model.ForwardModel;

/**
 * Chemical evolution of a galaxy in one zone: from the parameters of a galaxy and of one of its
 * stars to the abundances of that star. The model is that of Rybizki, Just and Rix (2017) in the
 * form of Philcox and Rybizki (2019), rule by rule; {@code docs/science/simulator.md} describes it.
 *
 * <p>Immutable; about 0.03 ms per run.
 */
public final class GceModel implements ForwardModel {
  /** Slope of the initial mass function above 1 Msun; shared by the stars of a galaxy. */
  public static final String ALPHA_IMF = "alpha_IMF";

  /** log10 of the number of supernovae Ia per Msun formed; shared. */
  public static final String LOG10_N_IA = "log10_N_Ia";

  /** log10 of the star formation efficiency in 1/Gyr; local. */
  public static final String LOG10_SFE = "log10_SFE";

  /** log10 of the time of the peak of star formation in Gyr; local. */
  public static final String LOG10_SFR_PEAK = "log10_SFR_peak";

  /** Share of the mass returned by stars that leaves for the corona; local. */
  public static final String X_OUT = "x_out";

  /** Birth time of the star, Gyr after the start: age of the universe minus age; local. */
  public static final String T_BIRTH = "T_birth_Gyr";

  /** Accretion factor of the published emulator and mock data. */
  public static final double DEFAULT_ACCRETION = 1e-6;

  static final int PARAMETER_COUNT = 6;

  /** Elements in the order of the observables. */
  static final List<Element> OBSERVED =
      List.of(
          Element.C,
          Element.FE,
          Element.HE,
          Element.MG,
          Element.N,
          Element.NE,
          Element.O,
          Element.SI);

  static final int OBSERVABLE_COUNT = 8;

  /** The prior of Philcox and Rybizki (2019); birth times as in its mock data. */
  private static final List<Parameter> PARAMETERS =
      List.of(
          new Parameter(ALPHA_IMF, "", Role.SHARED, new Normal(-2.3, 0.3)),
          new Parameter(LOG10_N_IA, "log10(1/Msun)", Role.SHARED, new Normal(-2.89, 0.3)),
          new Parameter(LOG10_SFE, "log10(1/Gyr)", Role.LOCAL, new Normal(-0.3, 0.3)),
          new Parameter(
              LOG10_SFR_PEAK,
              "log10(Gyr)",
              Role.LOCAL,
              new TruncatedNormal(0.55, 0.1, 0.29402, Double.POSITIVE_INFINITY)),
          new Parameter(X_OUT, "", Role.LOCAL, new Normal(0.5, 0.1)),
          new Parameter(T_BIRTH, "Gyr", Role.LOCAL, new Uniform(2, 12.8)));

  private static final List<Observable> OBSERVABLES =
      OBSERVED.stream()
          .map(e -> new Observable(e == Element.FE ? "Fe_H" : e.symbol + "_Fe", "dex", null))
          .collect(Collectors.toUnmodifiableList());

  private final String name;
  private final MassGrid grid;
  private final YieldSet yields;
  private final double accretion;

  /** A model of yields that are already read. */
  GceModel(String name, MassGrid grid, YieldSet yields, double accretion) {
    this.name = name;
    this.grid = grid;
    this.yields = yields;
    this.accretion = accretion;
  }

  /**
   * Reads the yields and makes the model.
   *
   * @param yieldSet which tables to use
   * @param yields where they are
   * @param accretion mass of primordial gas that falls into the corona per mass of stars formed,
   *     not negative; {@link #DEFAULT_ACCRETION} for the published emulator and mock data
   * @throws org.sidereus.engine.SidereusException if a table is missing or broken
   */
  public static GceModel of(YieldSource yieldSet, YieldDirectory yields, double accretion) {
    if (!(accretion >= 0 && Double.isFinite(accretion))) {
      throw new IllegalArgumentException(
          "accretion must be a finite number not below 0 but is " + accretion);
    }
    MassGrid grid = new MassGrid();
    return new GceModel(nameOf(yieldSet), grid, yieldSet.read(yields, grid), accretion);
  }

  /** Name of the model with a yield set. */
  public static String nameOf(YieldSource yieldSet) {
    return "gce-" + yieldSet.id();
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public List<Parameter> parameters() {
    return PARAMETERS;
  }

  @Override
  public List<Observable> observables() {
    return OBSERVABLES;
  }

  @Override
  public OptionalDouble ageOfUniverseGyr() {
    return OptionalDouble.of(StarFormation.AGE_OF_UNIVERSE_GYR);
  }

  @Override
  public Runner newRunner() {
    return newEvolution();
  }

  /** A runner whose reservoirs can be looked at. */
  GalaxyEvolution newEvolution() {
    return new GalaxyEvolution(grid, yields, accretion);
  }

  YieldSet yields() {
    return yields;
  }

  /** Mass of primordial gas that falls into the corona per mass of stars formed. */
  public double accretion() {
    return accretion;
  }
}
