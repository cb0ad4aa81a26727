package org.sidereus.streams.results;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.sidereus.engine.bundle.Manifest;
import org.sidereus.engine.combination.GroupSummary;
import org.sidereus.engine.combination.ModelError.Kind;
import org.sidereus.engine.inference.ObjectFlag;
import org.sidereus.schemas.GroupPosterior;
import org.sidereus.schemas.LeftOut;
import org.sidereus.schemas.ModelError;
import org.sidereus.schemas.OutlierShare;
import org.sidereus.schemas.Population;
import org.sidereus.schemas.PopulationParameter;
import org.sidereus.schemas.SharedParameter;
import org.sidereus.testing.LinearGaussianBundle;

class PublishedSummariesTest {
  private static final List<Double> SHARES = List.of(0.01, 0.02, 0.03, 0.05, 0.09);
  private static final List<Double> CENTRES = List.of(1.0, 2.0, 3.0, 4.0, 5.0);
  private static final List<Double> SCATTERS = List.of(0.0, 0.1, 0.2, 0.3, 0.4);

  private static GroupPosterior.Builder group() {
    return GroupPosterior.newBuilder()
        .setGroup("g")
        .setBundle("b")
        .setBundleVersion("1")
        .setTime(Instant.EPOCH)
        .setObjects(9)
        .setCombined(8L)
        .setParameters(
            List.of(
                SharedParameter.newBuilder()
                    .setName("slope")
                    .setUnit("dex")
                    .setMean(1)
                    .setSd(0.1)
                    .setRobustMean(2d)
                    .setQ025(0.8)
                    .setQ16(0.9)
                    .setQ50(1d)
                    .setQ84(1.1)
                    .setQ975(1.2)
                    .setDensityNodes(List.of(0.9, 1.1))
                    .setDensityValues(List.of(5.0, 5.0))
                    .build()))
        .setCovariance(List.of(0.01))
        .setRobustCovariance(List.of(0.04));
  }

  private static GroupSummary summary(GroupPosterior posterior) {
    return PublishedSummaries.of(posterior, Manifest.parse(LinearGaussianBundle.manifest("b", "1")))
        .orElseThrow();
  }

  @Test
  void shouldHaveOutliersAndPopulationOfTheRecord() {
    GroupSummary summary =
        summary(
            group()
                .setOutliers(
                    List.of(new OutlierShare("slope", "dex", 0.04, SHARES, 5.0, 1.1, 0.12)))
                .setPopulation(
                    new Population(
                        List.of(
                            new PopulationParameter(
                                "slope", "dex", 3.0, 0.5, CENTRES, 0.2, SCATTERS)),
                        List.of(0.25),
                        7.0))
                .build());
    assertThat(summary.outliers()).hasSize(1);
    var outliers = summary.outliers().get(0);
    assertThat(outliers.parameter()).isEqualTo("slope");
    assertThat(outliers.share()).isEqualTo(0.04);
    assertThat(outliers.shareQuantiles()).containsExactly(0.01, 0.02, 0.03, 0.05, 0.09);
    assertThat(outliers.logBayesFactor()).isEqualTo(5);
    assertThat(outliers.mean()).isEqualTo(1.1);
    assertThat(outliers.sd()).isEqualTo(0.12);
    var population = summary.population();
    assertThat(population).isNotNull();
    assertThat(population.mean()).containsExactly(3);
    assertThat(population.sd(0)).isEqualTo(0.5);
    assertThat(population.quantiles()[0]).containsExactly(1, 2, 3, 4, 5);
    assertThat(population.scatter()).containsExactly(0.2);
    assertThat(population.scatterQuantiles()[0]).containsExactly(0, 0.1, 0.2, 0.3, 0.4);
    assertThat(population.logBayesFactor()).isEqualTo(7);
  }

  @Test
  void shouldHaveErrorsOfTheModelAndWhatIsLeftOut() {
    GroupSummary summary =
        summary(
            group()
                .setModelErrors(
                    List.of(
                        new ModelError("OFFSET", "y1", "dex", 0.12, 0.01, true),
                        new ModelError("SHIFT", "c", "", -0.25, 0.5, false),
                        new ModelError("OF_A_LATER_VERSION", "c", "", 1.0, 0.5, true)))
                .setLeftOutByFlag(
                    List.of(new LeftOut("MODEL_MISFIT", 3L), new LeftOut("OF_A_LATER_VERSION", 1L)))
                .build());
    assertThat(summary.modelErrors()).isNotNull();
    var errors = summary.modelErrors().errors();
    assertThat(errors).hasSize(2);
    assertThat(errors.get(0).text()).isEqualTo("y1 +0.12 dex");
    assertThat(errors.get(0).sd()).isEqualTo(0.01);
    assertThat(errors.get(0).significance()).isEqualTo(12);
    assertThat(errors.get(0).isFlagged()).isTrue();
    assertThat(errors.get(1).kind()).isEqualTo(Kind.SHIFT);
    assertThat(errors.get(1).isFlagged()).isFalse();
    assertThat(summary.leftOut()).isEqualTo(Map.of(ObjectFlag.MODEL_MISFIT, 3L));
  }

  @Test
  void shouldHaveNoneWhereTheRecordHasNot() {
    GroupSummary summary = summary(group().build());
    assertThat(summary.outliers()).isEmpty();
    assertThat(summary.population()).isNull();
    assertThat(summary.modelErrors()).isNull();
    assertThat(summary.leftOut()).isEmpty();
  }
}
