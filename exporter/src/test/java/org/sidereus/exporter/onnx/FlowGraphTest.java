package org.sidereus.exporter.onnx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.sidereus.engine.bundle.GraphContract;
import org.sidereus.exporter.FlowShapes;
import org.sidereus.exporter.parity.GraphRun;
import org.sidereus.exporter.parity.ParityCheck;
import org.sidereus.exporter.reference.ReferenceFlow;
import org.sidereus.networks.Activation;
import org.sidereus.networks.FlowNetwork;
import org.sidereus.networks.FlowSpec;
import org.sidereus.networks.ParameterScaling;
import org.sidereus.networks.RandomNetworks;
import org.sidereus.networks.Standardisation;
import org.sidereus.networks.Tensor;
import org.sidereus.networks.TransformSpec;
import org.sidereus.networks.Weights;

class FlowGraphTest {
  private static final String ALL = "org.sidereus.exporter.FlowShapes#all";

  private final Random random = new Random(3);
  private final ParityCheck check = new ParityCheck();

  @ParameterizedTest
  @MethodSource(ALL)
  void shouldSampleLikeTheReference(FlowShapes.Named shape) {
    ParityCheck.Report report =
        check.posterior(shape.flow(), PosteriorGraph.of(shape.flow(), List.of()), List.of());
    assertThat(report.passed()).as(report.toString()).isTrue();
  }

  @ParameterizedTest
  @MethodSource(ALL)
  void shouldHaveTheDensityOfTheReference(FlowShapes.Named shape) {
    ParityCheck.Report report = check.density(shape.flow(), DensityGraph.of(shape.flow()));
    assertThat(report.passed()).as(report.toString()).isTrue();
  }

  /** The float32 of 1.3 is below it, that of 0.1 above: samples there have a density in double. */
  @Test
  void shouldTakeSamplesThatRoundOntoABoundThatIsNoFloat() {
    TransformSpec transform =
        new TransformSpec.Affine(List.of(0, 1), List.of(List.of(0, 1)), Activation.TANH, 4.0);
    FlowSpec spec =
        new FlowSpec(
            List.of(
                new ParameterScaling.LogBelow(1.3, 16, 1), new ParameterScaling.Log(0.1, -19, 1)),
            List.of(new Standardisation(0, 1, null)),
            null,
            List.of(transform));
    FlowNetwork flow = new RandomNetworks(new Random(5), 0.3).flow(spec);
    ParityCheck.Report report = check.density(flow, DensityGraph.of(flow));
    assertThat(report.passed()).as(report.toString()).isTrue();
  }

  @ParameterizedTest
  @MethodSource(ALL)
  void shouldGiveTheSameBytesEveryTime(FlowShapes.Named shape) {
    assertThat(PosteriorGraph.of(shape.flow(), List.of()))
        .isEqualTo(PosteriorGraph.of(shape.flow(), List.of()));
    assertThat(DensityGraph.of(shape.flow())).isEqualTo(DensityGraph.of(shape.flow()));
  }

  /** The marginal density by its definition: the sum of the joint density over the other one. */
  @ParameterizedTest
  @EnumSource(Kind.class)
  void shouldGiveTheMarginalDensityOfTheSharedParameters(Kind kind) {
    List<Integer> shared = List.of(1);
    FlowNetwork flow = sharedFirst(kind);
    int samples = 8;
    float[] noise = floats(samples * 2, 1);
    float[] x = floats(1, 1);
    byte[] graph = PosteriorGraph.of(flow, shared);
    assertThat(check.posterior(flow, graph, shared).passed()).isTrue();
    Map<String, float[]> drawn;
    try (GraphRun run = new GraphRun(graph)) {
      drawn =
          run.run(Map.of("x", Tensor.matrix(1, 1, x), "noise", Tensor.matrix(samples, 2, noise)));
    }
    ReferenceFlow reference = new ReferenceFlow(flow);
    double[] context = reference.context(new double[] {x[0]});
    for (int s = 0; s < samples; s++) {
      double marginal = 0;
      double step = 0.005;
      for (double other = -60; other < 60; other += step) {
        double[] theta = {other, drawn.get("theta")[2 * s + 1]};
        marginal += step * Math.exp(reference.logProb(theta, context));
      }
      assertThat((double) drawn.get(GraphContract.SHARED_LOG_PROB)[s])
          .isCloseTo(Math.log(marginal), within(2e-3));
    }
  }

  @Test
  void shouldGiveNoMarginalDensityWhereSharedParametersDoNotComeFirst() {
    byte[] graph = PosteriorGraph.of(sharedFirst(Kind.AFFINE), List.of(0));
    try (GraphRun run = new GraphRun(graph)) {
      Map<String, float[]> outputs =
          run.run(
              Map.of(
                  "x",
                  Tensor.matrix(1, 1, floats(1, 1)),
                  "noise",
                  Tensor.matrix(1, 2, floats(2, 1))));
      assertThat(outputs).doesNotContainKey(GraphContract.SHARED_LOG_PROB);
    }
  }

  /**
   * Degrees that a network of another program may have: some absent in some layer or in all, 0
   * among them, the widths of one or of two blocks of degrees.
   */
  @Test
  void shouldSampleLikeTheReferenceWhateverTheDegrees() {
    Random shapes = new Random(20);
    for (int trial = 0; trial < 40; trial++) {
      int dimensions = 2 + shapes.nextInt(5);
      int lowest = shapes.nextInt(2);
      List<List<Integer>> degrees = new ArrayList<>();
      for (int layer = 0; layer <= shapes.nextInt(3); layer++) {
        int absent = shapes.nextInt(2 * dimensions);
        int width = 1 + shapes.nextInt(60);
        List<Integer> units =
            shapes
                .ints(10L * width, lowest, dimensions)
                .filter(degree -> degree != absent)
                .limit(width)
                .boxed()
                .toList();
        degrees.add(units.isEmpty() ? List.of(lowest) : units);
      }
      List<Integer> order = new ArrayList<>(IntStream.range(0, dimensions).boxed().toList());
      Collections.shuffle(order, shapes);
      FlowSpec spec =
          new FlowSpec(
              Collections.nCopies(dimensions, new ParameterScaling.Affine(0.5, 2)),
              Collections.nCopies(3, new Standardisation(0, 1)),
              null,
              List.of(new TransformSpec.ScaleShift(order, degrees, Activation.TANH, 4)));
      FlowNetwork flow = new RandomNetworks(shapes, 0.7).flow(spec);
      ParityCheck.Report report =
          check.posterior(flow, PosteriorGraph.of(flow, List.of()), List.of());
      assertThat(report.passed()).as("%s of degrees %s", report, degrees).isTrue();
    }
  }

  private enum Kind {
    AFFINE,
    SPLINE
  }

  private static FlowNetwork sharedFirst(Kind kind) {
    List<List<Integer>> degrees = List.of(List.of(0, 0, 1, 1, 1));
    List<Integer> order = List.of(1, 0);
    TransformSpec transform =
        kind == Kind.AFFINE
            ? new TransformSpec.Affine(order, degrees, Activation.SILU, 5)
            : new TransformSpec.RationalQuadraticSpline(
                order, degrees, Activation.SILU, 5, 4, 1e-3, 2e-3, 3e-3);
    FlowSpec spec =
        new FlowSpec(
            List.of(new ParameterScaling.Affine(0, 1), new ParameterScaling.Probit(-2, 3, 0, 1)),
            List.of(new Standardisation(0, 1)),
            null,
            List.of(transform, transform));
    return new RandomNetworks(new Random(11), 0.5).flow(spec);
  }

  @Test
  void shouldNoticeEveryTensorThatIsWrong() {
    FlowNetwork flow =
        FlowShapes.all()
            .filter(shape -> shape.name().equals("mixed-embedded-3d"))
            .findFirst()
            .get()
            .flow();
    for (String name : flow.weights().tensors().keySet()) {
      Map<String, Tensor> tensors = new TreeMap<>(flow.weights().tensors());
      Tensor tensor = tensors.get(name);
      float[] values = tensor.values().clone();
      for (int i = 0; i < values.length; i++) {
        values[i] *= 1.01f;
      }
      tensors.put(name, new Tensor(tensor.shape(), values));
      FlowNetwork wrong = new FlowNetwork(flow.spec(), new Weights(tensors));
      assertThat(check.posterior(flow, PosteriorGraph.of(wrong, List.of()), List.of()).passed())
          .as(name)
          .isFalse();
      assertThat(check.density(flow, DensityGraph.of(wrong)).passed()).as(name).isFalse();
    }
  }

  @ParameterizedTest
  @MethodSource(ALL)
  void shouldNotLetObjectsOrSamplesAffectEachOther(FlowShapes.Named shape) {
    int f = shape.flow().spec().features();
    int d = shape.flow().spec().dimensions();
    float[] x = floats(5 * f, 1);
    float[] noise = floats(7 * d, 1);
    try (GraphRun run = new GraphRun(PosteriorGraph.of(shape.flow(), List.of()))) {
      float[] all = theta(run, Tensor.matrix(5, f, x), Tensor.matrix(7, d, noise));
      for (int b = 0; b < 5; b++) {
        for (int s = 0; s < 7; s++) {
          float[] one =
              theta(
                  run,
                  Tensor.matrix(1, f, Arrays.copyOfRange(x, b * f, (b + 1) * f)),
                  Tensor.matrix(1, d, Arrays.copyOfRange(noise, s * d, (s + 1) * d)));
          float[] expected = Arrays.copyOfRange(all, (b * 7 + s) * d, (b * 7 + s + 1) * d);
          for (int i = 0; i < d; i++) {
            assertThat(one[i])
                .isCloseTo(expected[i], within(1e-4f * Math.max(1, Math.abs(expected[i]))));
          }
        }
      }
    }
  }

  @ParameterizedTest
  @MethodSource(ALL)
  void shouldAgreeOnTheDensityOfItsOwnSamples(FlowShapes.Named shape) {
    int f = shape.flow().spec().features();
    int d = shape.flow().spec().dimensions();
    int samples = 64;
    Tensor x = Tensor.matrix(1, f, floats(f, 1));
    Tensor noise = Tensor.matrix(samples, d, floats(samples * d, 1));
    try (GraphRun posterior = new GraphRun(PosteriorGraph.of(shape.flow(), List.of()));
        GraphRun density = new GraphRun(DensityGraph.of(shape.flow()))) {
      Map<String, float[]> drawn = posterior.run(Map.of("x", x, "noise", noise));
      float[] repeated = new float[samples * f];
      for (int s = 0; s < samples; s++) {
        System.arraycopy(x.values(), 0, repeated, s * f, f);
      }
      float[] logProb =
          density
              .run(
                  Map.of(
                      "theta",
                      Tensor.matrix(samples, d, drawn.get("theta")),
                      "x",
                      Tensor.matrix(samples, f, repeated)))
              .get("log_prob");
      for (int s = 0; s < samples; s++) {
        float expected = drawn.get("log_prob")[s];
        assertThat(logProb[s]).isCloseTo(expected, within(1e-4f * Math.max(1, Math.abs(expected))));
      }
    }
  }

  @ParameterizedTest
  @MethodSource(ALL)
  void shouldStayFiniteAndWithinBoundsForAnyObservation(FlowShapes.Named shape) {
    int f = shape.flow().spec().features();
    int d = shape.flow().spec().dimensions();
    try (GraphRun run = new GraphRun(PosteriorGraph.of(shape.flow(), List.of()))) {
      for (float scale : new float[] {0, 10, 1e3f, 1e10f, 1e30f, Float.MAX_VALUE}) {
        float[] x = floats(16 * f, scale / 3);
        float[] noise = floats(64 * d, 3);
        Map<String, float[]> outputs =
            run.run(Map.of("x", Tensor.matrix(16, f, x), "noise", Tensor.matrix(64, d, noise)));
        outputs.forEach(
            (name, values) -> {
              for (float value : values) {
                assertThat(Float.isFinite(value)).as("%s for features of %s", name, scale).isTrue();
              }
            });
        float[] theta = outputs.get("theta");
        for (int i = 0; i < theta.length; i++) {
          ParameterScaling scaling = shape.flow().spec().parameterScaling().get(i % d);
          if (scaling instanceof ParameterScaling.Bounded bounded) {
            assertThat((double) theta[i])
                .isGreaterThan(bounded.lower())
                .isLessThan(bounded.upper());
          } else if (scaling instanceof ParameterScaling.Log log) {
            assertThat((double) theta[i]).isGreaterThan(log.lower());
          } else if (scaling instanceof ParameterScaling.LogBelow log) {
            assertThat((double) theta[i]).isLessThan(log.upper());
          } else if (scaling instanceof ParameterScaling.LogProbit probit) {
            assertThat((double) theta[i]).isGreaterThan(probit.lower()).isLessThan(probit.upper());
          }
        }
      }
    }
  }

  @ParameterizedTest
  @MethodSource(ALL)
  void shouldHaveNoDensityOutsideTheBounds(FlowShapes.Named shape) {
    int f = shape.flow().spec().features();
    int d = shape.flow().spec().dimensions();
    try (GraphRun run = new GraphRun(DensityGraph.of(shape.flow()))) {
      for (int i = 0; i < d; i++) {
        if (shape.flow().spec().parameterScaling().get(i)
            instanceof ParameterScaling.Bounded bounded) {
          for (double outside :
              new double[] {bounded.lower(), bounded.lower() - 1, bounded.upper()}) {
            float[] theta = new float[d];
            theta[i] = (float) outside;
            float[] logProb =
                run.run(
                        Map.of(
                            "theta",
                            Tensor.matrix(1, d, theta),
                            "x",
                            Tensor.matrix(1, f, new float[f])))
                    .get("log_prob");
            assertThat(logProb).containsExactly(Float.NEGATIVE_INFINITY);
          }
        }
      }
    }
  }

  @Test
  void shouldBeUniformWhereNothingIsLearned() {
    TransformSpec transform =
        new TransformSpec.Affine(List.of(0), List.of(List.of(0)), Activation.SILU, 5);
    FlowSpec spec =
        new FlowSpec(
            List.of(new ParameterScaling.Probit(0, 4, 0, 1)),
            List.of(new Standardisation(0, 1)),
            null,
            List.of(transform));
    FlowNetwork identity = new RandomNetworks(new Random(1), 0).flow(spec);
    float[] theta = {1e-25f, 1e-12f, 1e-6f, 0.01f, 0.5f, 2, 3.9f, 3.99999f};
    try (GraphRun run = new GraphRun(DensityGraph.of(identity))) {
      Tensor x = Tensor.matrix(theta.length, 1, new float[theta.length]);
      float[] logProb =
          run.run(Map.of("theta", Tensor.matrix(theta.length, 1, theta), "x", x)).get("log_prob");
      for (float value : logProb) {
        assertThat((double) value).isCloseTo(-Math.log(4), within(1e-6));
      }
    }
  }

  private static float[] theta(GraphRun run, Tensor x, Tensor noise) {
    return run.run(Map.of("x", x, "noise", noise)).get("theta");
  }

  private float[] floats(int count, float scale) {
    float[] values = new float[count];
    for (int i = 0; i < count; i++) {
      values[i] = scale * (float) Math.max(-3, Math.min(3, random.nextGaussian()));
    }
    return values;
  }
}
