package org.sidereus.simulators.sets;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.sidereus.engine.bundle.Normal;
import org.sidereus.engine.bundle.Prior;
import org.sidereus.engine.bundle.Uniform;

class DesignTest {

  @Test
  void spreadsWhatActsByItsLogarithmEvenlyInThat() {
    Design box =
        new Design.UniformBox(List.of(new Uniform(0.01, 10), new Uniform(0, 1)), 5, Set.of(0));
    Random random = new Random(2);
    double[][] draws =
        Stream.generate(() -> box.draw(random)).limit(20_000).toArray(double[][]::new);
    double[] shares = {0.1, 1};
    for (int decade = 0; decade < shares.length; decade++) {
      double bound = shares[decade];
      long below = Stream.of(draws).filter(draw -> draw[0] < bound).count();
      assertThat(below / 20_000.0).isCloseTo((decade + 1) / 3.0, within(0.015));
    }
    long low = Stream.of(draws).filter(draw -> draw[1] < 0.5).count();
    assertThat(low / 20_000.0).isCloseTo(0.5, within(0.015));
  }

  @Test
  void spreadsSomeInputsAndDrawsTheOthersFromThePrior() {
    List<Prior> priors = List.of(new Normal(1, 0.1), new Normal(2, 0.1));
    Design design =
        new Design.Spread(
            Set.of(1), new Design.UniformBox(priors, 5, Set.of()), new Design.FromPrior(priors));
    Random random = new Random(3);
    double[][] draws =
        Stream.generate(() -> design.draw(random)).limit(10_000).toArray(double[][]::new);
    double[] beyondTwoSds = new double[2];
    for (double[] draw : draws) {
      for (int i = 0; i < 2; i++) {
        beyondTwoSds[i] += Math.abs(draw[i] - priors.get(i).mean()) > 0.2 ? 1e-4 : 0;
      }
    }
    assertThat(beyondTwoSds[0]).isCloseTo(0.0455, within(0.01));
    assertThat(beyondTwoSds[1]).isCloseTo(0.6, within(0.02));
  }

  @Test
  void refusesALogarithmOfNothing() {
    assertThatThrownBy(() -> new Design.UniformBox(List.of(new Uniform(0, 1)), 5, Set.of(0)))
        .hasMessageContaining("input 0");
  }
}
