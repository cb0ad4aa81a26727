import java.util.List;
import org.sidereus.engine.bundle.Covariate;
import org.sidereus.engine.bundle.Observable;
import org.sidereus.engine.bundle.Parameter;
import org.sidereus.engine.bundle.Role;
import org.sidereus.engine.bundle.Uniform;
import org.sidereus.simulators.model.ForwardModel;
import org.sidereus.simulators.model.SimulationResult;

/** The simulator of sim.py in Java. The case file has the priors and errors that count. */
public final class Transits implements ForwardModel {
  private static final double GRAVITATIONAL_CONSTANT = 6.674e-8; // cm3 / (g s2)
  private static final double SECONDS_OF_A_DAY = 86400;
  private static final double RED_OF_BLUE = 0.6;

  private enum Reason implements SimulationResult.Reason {
    GRAZING;

    @Override
    public String description() {
      return "the planet does not pass the disc of the star completely";
    }
  }

  @Override
  public String name() {
    return "transits-in-java";
  }

  @Override
  public List<Parameter> parameters() {
    return List.of(
        new Parameter("log10_density", "log10(g/cm3)", Role.SHARED, new Uniform(-1, 1)),
        new Parameter("limb_blue", "", Role.SHARED, new Uniform(0, 1)),
        new Parameter("log10_radius_ratio", "", Role.LOCAL, new Uniform(-2, 0)),
        new Parameter("impact", "", Role.LOCAL, new Uniform(0, 1)));
  }

  @Override
  public List<Covariate> covariates() {
    return List.of(new Covariate("log10_period", "log10(d)", new Uniform(0, 2)));
  }

  @Override
  public List<Observable> observables() {
    return List.of(
        new Observable("log10_depth_blue", "dex", null),
        new Observable("log10_depth_red", "dex", null),
        new Observable("log10_duration", "dex", null),
        new Observable("log10_ingress", "dex", null));
  }

  @Override
  public Runner newRunner() {
    return Transits::run;
  }

  private static SimulationResult run(double[] inputs) {
    double ratio = Math.pow(10, inputs[2]);
    double impact = inputs[3];
    double period = Math.pow(10, inputs[4]) * SECONDS_OF_A_DAY;
    // Kepler's third law: the radius of the orbit in radii of the star
    double orbit =
        Math.cbrt(
            GRAVITATIONAL_CONSTANT * Math.pow(10, inputs[0]) * period * period / (3 * Math.PI));
    double outer = hours(1 + ratio, impact, orbit, period);
    double inner = hours(1 - ratio, impact, orbit, period);
    double[] y = {
      depth(ratio, impact, inputs[1]),
      depth(ratio, impact, RED_OF_BLUE * inputs[1]),
      Math.log10(outer),
      Math.log10((outer - inner) / 2)
    };
    for (double value : y) {
      if (!Double.isFinite(value)) {
        return new SimulationResult.Failed(Reason.GRAZING);
      }
    }
    return new SimulationResult.Observables(y);
  }

  /** Time during which the centres are closer than {@code reach} radii of the star. */
  private static double hours(double reach, double impact, double orbit, double period) {
    double chord = Math.sqrt(reach * reach - impact * impact);
    double sineOfInclination = Math.sqrt(1 - impact * impact / (orbit * orbit));
    return period / Math.PI * Math.asin(chord / (orbit * sineOfInclination)) / 3600;
  }

  /** log10 of the depth at the middle of the transit. */
  private static double depth(double ratio, double impact, double limb) {
    double brightness = (1 - limb * (1 - Math.sqrt(1 - impact * impact))) / (1 - limb / 3);
    return Math.log10(ratio * ratio * brightness);
  }
}
