package org.sidereus.engine.combination;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.sidereus.engine.bundle.Feature;
import org.sidereus.engine.bundle.Manifest;
import org.sidereus.engine.bundle.Normal;
import org.sidereus.engine.bundle.Observable;
import org.sidereus.engine.bundle.Parameter;
import org.sidereus.engine.bundle.Role;
import org.sidereus.engine.bundle.SharedPriors;

/** Families of scatters beside each other. */
final class PopulationMixtureTest {
  private static final Manifest MANIFEST =
      Manifest.builder()
          .name("population")
          .version("1")
          .parameters(
              List.of(
                  new Parameter("a", "", Role.SHARED, new Normal(0, 1)),
                  new Parameter("b", "", Role.SHARED, new Normal(0, 1))))
          .observables(List.of(new Observable("y", "", 0.1)))
          .features(List.of(new Feature(Feature.Kind.VALUE, "y")))
          .samples(256)
          .build();

  /**
   * Where the objects are far from each other, the evidence without a scatter is an upper bound,
   * another one in each family. It must not decide between them: groups that scatter in both
   * parameters were taken for a scatter in one.
   */
  @Test
  void shouldCompareFamiliesByTheirOwnEvidence() {
    boolean[][] families = {{true, false}, {false, true}, {true, true}};
    PopulationGrid.Family[] posteriors = {
      family(10, -50, 0.3), family(30, -5, 0.4), family(12, -5, 0.5)
    };
    Population found =
        new PopulationMixture(families, posteriors, new NormalProbability())
            .inUnits(new SharedPriors(MANIFEST));
    assertThat(found.scatter()[0]).isLessThan(1e-6);
    assertThat(found.scatter()[1]).isCloseTo(0.4, within(1e-6));
    // the least of the upper bounds is one
    assertThat(found.logBayesFactor()).isCloseTo(30 - Math.log(3) + 50, within(1e-6));
  }

  private static PopulationGrid.Family family(double evidence, double without, double size) {
    Moments moments = Moments.of(new double[2], new double[][] {{1, 0}, {0, 1}});
    assertThat(moments).isNotNull();
    return new PopulationGrid.Family(
        evidence,
        without,
        new double[] {0, size},
        new double[] {0, 1},
        new Moments[] {moments},
        new double[] {1});
  }
}
