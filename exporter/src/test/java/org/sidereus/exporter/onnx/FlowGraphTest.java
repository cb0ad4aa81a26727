package org.sidereus.exporter.onnx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.sidereus.exporter.FlowShapes;
import org.sidereus.exporter.network.FlowNetwork;
import org.sidereus.exporter.network.ParameterScaling;
import org.sidereus.exporter.network.Tensor;
import org.sidereus.exporter.network.Weights;
import org.sidereus.exporter.parity.GraphRun;
import org.sidereus.exporter.parity.ParityCheck;

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

  @ParameterizedTest
  @MethodSource(ALL)
  void shouldGiveTheSameBytesEveryTime(FlowShapes.Named shape) {
    assertThat(PosteriorGraph.of(shape.flow(), List.of()))
        .isEqualTo(PosteriorGraph.of(shape.flow(), List.of()));
    assertThat(DensityGraph.of(shape.flow())).isEqualTo(DensityGraph.of(shape.flow()));
  }

  @Test
  void shouldNoticeEveryTensorThatIsWrong() {
    FlowNetwork flow =
        FlowShapes.all().filter(shape -> shape.name().equals("mixed-6d")).findFirst().get().flow();
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
          if (scaling instanceof ParameterScaling.Logit logit) {
            assertThat((double) theta[i]).isGreaterThan(logit.lower()).isLessThan(logit.upper());
          } else if (scaling instanceof ParameterScaling.Log log) {
            assertThat((double) theta[i]).isGreaterThan(log.lower());
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
        if (shape.flow().spec().parameterScaling().get(i) instanceof ParameterScaling.Logit logit) {
          for (double outside : new double[] {logit.lower(), logit.lower() - 1, logit.upper()}) {
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
