package org.sidereus.exporter.onnx;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.sidereus.engine.bundle.Correlation;
import org.sidereus.engine.bundle.Covariate;
import org.sidereus.engine.bundle.Feature;
import org.sidereus.engine.bundle.LogUniform;
import org.sidereus.engine.bundle.Manifest;
import org.sidereus.engine.bundle.Noise;
import org.sidereus.engine.bundle.Normal;
import org.sidereus.engine.bundle.Observable;
import org.sidereus.engine.bundle.Parameter;
import org.sidereus.engine.bundle.ParameterPriors;
import org.sidereus.engine.bundle.Prior;
import org.sidereus.engine.bundle.Role;
import org.sidereus.engine.bundle.TruncatedNormal;
import org.sidereus.engine.bundle.Uniform;
import org.sidereus.exporter.FlowShapes;
import org.sidereus.exporter.onnx.PosteriorGraph.Correction;
import org.sidereus.exporter.parity.ParityCheck;
import org.sidereus.networks.Activation;
import org.sidereus.networks.EmulatorNetwork;
import org.sidereus.networks.EmulatorSpec;
import org.sidereus.networks.FlowNetwork;
import org.sidereus.networks.Formula;
import org.sidereus.networks.ParameterScaling;
import org.sidereus.networks.RandomNetworks;
import org.sidereus.networks.Standardisation;

class WeightsGraphTest {
  private static final Feature VALUE = new Feature(Feature.Kind.VALUE, "o0");
  private static final Feature ERROR = new Feature(Feature.Kind.ERROR, "o0");
  private static final Feature MASK = new Feature(Feature.Kind.MASK, "o0");
  private static final Feature MEASURED = new Feature(Feature.Kind.COVARIATE, "b");
  private static final Feature MEASURED_ERROR = new Feature(Feature.Kind.COVARIATE_ERROR, "b");
  private static final Feature MEASURED_MASK = new Feature(Feature.Kind.COVARIATE_MASK, "b");

  private final FlowNetwork flow =
      FlowShapes.all().filter(shape -> shape.name().equals("mixed-2d")).findFirst().get().flow();

  static Stream<List<Feature>> features() {
    return Stream.of(
        List.of(VALUE, new Feature(Feature.Kind.VALUE, "o1"), MASK),
        List.of(VALUE, ERROR, MASK),
        List.of(MEASURED, MEASURED_ERROR, VALUE),
        List.of(MEASURED, MEASURED_ERROR, MEASURED_MASK));
  }

  @ParameterizedTest
  @MethodSource("features")
  void shouldWeighLikeTheReference(List<Feature> features) {
    for (Prior prior :
        List.of(
            new Normal(0, 1),
            new Uniform(-0.5, 1),
            new LogUniform(0.2, 3),
            new TruncatedNormal(2, 1, 0, 1.5),
            new TruncatedNormal(1, 1, Double.NEGATIVE_INFINITY, 0.5))) {
      Correction correction = correction(features, prior, 3).orElseThrow();
      ParityCheck.Report report = check(correction, correction);
      assertThat(report.passed()).as(report.toString()).isTrue();
    }
  }

  @Test
  void shouldTakeCovariatesFromTheFeatures() {
    for (Noise second : Noise.values()) {
      Correction right = withCovariate(second, 3);
      assertThat(check(right, right).passed()).as(check(right, right).toString()).isTrue();
      assertThat(check(right, withCovariate(second, 4)).passed()).isFalse();
    }
    assertThat(check(withCovariate(Noise.NORMAL, 3), withCovariate(Noise.NORMAL_FLUX, 3)).passed())
        .isFalse();
  }

  /** One magnitude, another quantity, and a covariate that the emulator needs. */
  private static Correction withCovariate(Noise second, long seed) {
    Manifest manifest =
        Manifest.builder()
            .name("test")
            .version("1")
            .parameters(
                List.of(
                    new Parameter("a", "", Role.LOCAL, new Normal(0, 1)),
                    new Parameter("b", "", Role.LOCAL, new Normal(0, 1))))
            .covariates(List.of(new Covariate("age", "Gyr", new Uniform(-10, 10))))
            .observables(
                List.of(
                    new Observable("o0", "", 0.3).withNoise(Noise.NORMAL_FLUX),
                    new Observable("o1", "", 0.3).withNoise(second)))
            .features(
                List.of(
                    VALUE,
                    new Feature(Feature.Kind.VALUE, "o1"),
                    new Feature(Feature.Kind.COVARIATE, "age")))
            .samples(100)
            .build();
    EmulatorNetwork emulator =
        new RandomNetworks(new Random(seed), 1)
            .emulator(
                new EmulatorSpec(
                    List.of(
                        new ParameterScaling.Affine(0, 1),
                        new ParameterScaling.Affine(1, 2),
                        new ParameterScaling.Probit(-30, 30, 0, 1)),
                    List.of(6, 5),
                    Activation.SILU,
                    List.of(new Standardisation(0.2, 1), new Standardisation(-1, 1)),
                    true));
    return Correction.of(manifest, emulator).orElseThrow();
  }

  @Test
  void shouldDeriveLikeTheReference() {
    Formula a = new Formula.Input(0);
    Formula b = new Formula.Input(1);
    Formula age = new Formula.Input(2);
    Formula positive = new Formula.Power10(new Formula.Bounded(a, -1, 1));
    List<Formula> formulas =
        List.of(
            new Formula.Sum(List.of(a, b, age), List.of(1.0, -2.0, 0.5), 3),
            new Formula.Product(a, new Formula.Quotient(b, positive)),
            new Formula.Log10(new Formula.Sum(List.of(positive, positive), List.of(1.0, 2.0), 0)),
            new Formula.Below(a, b),
            new Formula.Polynomial(b, List.of(1.0, 0.5, -0.25)),
            new Formula.Curve(a, List.of(-1.0, 0.0, 2.0), List.of(1.0, -1.0, 0.5)));
    PosteriorGraph.DerivedOutputs derived = new PosteriorGraph.DerivedOutputs(formulas, List.of(2));
    byte[] graph = PosteriorGraph.of(flow, List.of(), Optional.empty(), derived);
    ParityCheck.Report report = new ParityCheck().derived(flow, derived, graph);
    assertThat(report.passed()).as(report.toString()).isTrue();
    PosteriorGraph.DerivedOutputs other = new PosteriorGraph.DerivedOutputs(formulas, List.of(1));
    assertThat(new ParityCheck().derived(flow, other, graph).passed()).isFalse();
  }

  @Test
  void shouldNoticeAnotherPriorOrEmulator() {
    List<Feature> features = List.of(VALUE, ERROR, MASK);
    Correction right = correction(features, new Normal(0, 1), 3).orElseThrow();
    Correction otherPrior = correction(features, new Normal(0.1, 1), 3).orElseThrow();
    Correction otherEmulator = correction(features, new Normal(0, 1), 4).orElseThrow();
    assertThat(check(right, otherPrior).passed()).isFalse();
    assertThat(check(right, otherEmulator).passed()).isFalse();
  }

  @Test
  void shouldTakeCorrelatedPriors() {
    Correction independent =
        correction(List.of(VALUE, ERROR, MASK), new Normal(0, 1), 3).orElseThrow();
    Correction correlated = correlated(independent, 0.7);
    assertThat(check(correlated, correlated).passed())
        .as(check(correlated, correlated).toString())
        .isTrue();
    assertThat(check(correlated, correlated(independent, -0.7)).passed()).isFalse();
    assertThat(check(correlated, independent).passed()).isFalse();
  }

  private static Correction correlated(Correction independent, double value) {
    List<Parameter> parameters =
        List.of(
            new Parameter("a", "", Role.SHARED, new Normal(0, 1)),
            new Parameter("b", "", Role.LOCAL, new Normal(0, 1)));
    return new Correction(
        new ParameterPriors(parameters, List.of(new Correlation(List.of("a", "b"), value))),
        independent.terms(),
        independent.emulator());
  }

  @Test
  void shouldNotWeighWhereTheLikelihoodIsNotKnown() {
    Feature unknown = new Feature(Feature.Kind.COVARIATE, "age");
    assertThat(correction(List.of(VALUE, unknown, MASK), new Normal(0, 1), 3)).isEmpty();
    assertThat(correction(List.of(VALUE, MEASURED, MASK), new Normal(0, 1), 3)).isEmpty();
  }

  private ParityCheck.Report check(Correction wanted, Correction built) {
    byte[] graph = PosteriorGraph.of(flow, List.of(), Optional.of(built));
    return new ParityCheck().weights(flow, wanted, graph);
  }

  private Optional<Correction> correction(List<Feature> features, Prior prior, long seed) {
    Manifest manifest =
        Manifest.builder()
            .name("test")
            .version("1")
            .parameters(
                List.of(
                    new Parameter("a", "", Role.SHARED, prior),
                    new Parameter("b", "", Role.LOCAL, new Normal(0, 1))))
            .observables(List.of(new Observable("o0", "", 0.1), new Observable("o1", "", 0.3)))
            .features(features)
            .samples(100)
            .build();
    EmulatorNetwork emulator =
        new RandomNetworks(new Random(seed), 1)
            .emulator(
                new EmulatorSpec(
                    List.of(new ParameterScaling.Affine(0, 1), new ParameterScaling.Affine(1, 2)),
                    List.of(6, 5),
                    Activation.SILU,
                    List.of(new Standardisation(0.2, 1), new Standardisation(-1, 3)),
                    true));
    return Correction.of(manifest, emulator);
  }
}
