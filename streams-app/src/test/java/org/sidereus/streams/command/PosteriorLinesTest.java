package org.sidereus.streams.command;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.sidereus.schemas.GroupPosterior;
import org.sidereus.schemas.OutlierShare;
import org.sidereus.schemas.Population;
import org.sidereus.schemas.PopulationParameter;
import org.sidereus.schemas.Rejection;
import org.sidereus.schemas.RejectionReason;
import org.sidereus.schemas.SharedParameter;
import org.sidereus.streams.results.PosteriorJson;

class PosteriorLinesTest {
  private static final double STRONG = 30;
  private static final double WEAK = 1;

  private static GroupPosterior group(String name, List<String> flags, double logBayesFactor) {
    return GroupPosterior.newBuilder()
        .setGroup(name)
        .setBundle("b")
        .setBundleVersion("1")
        .setTime(Instant.EPOCH)
        .setObjects(9)
        .setParameters(
            List.of(
                SharedParameter.newBuilder()
                    .setName("slope")
                    .setUnit("dex")
                    .setMean(1)
                    .setSd(0.1)
                    .setRobustMean(2d)
                    .setRobustSd(0.2)
                    .build()))
        .setCovariance(List.of())
        .setFlags(flags)
        .setPopulation(
            Population.newBuilder()
                .setParameters(
                    List.of(
                        PopulationParameter.newBuilder()
                            .setName("slope")
                            .setUnit("dex")
                            .setMean(3)
                            .setSd(0.3)
                            .setQuantiles(List.of())
                            .setScatter(0.5)
                            .setScatterQuantiles(List.of(0.1, 0.2, 0.5, 0.6, 0.7))
                            .build()))
                .setCovariance(List.of())
                .setLogBayesFactor(logBayesFactor)
                .build())
        .build();
  }

  private static String line(List<String> flags, double logBayesFactor) {
    return new PosteriorLines().of(group("g", flags, logBayesFactor));
  }

  @Test
  void shouldShowThePosteriorOfAGroupWithoutFlags() {
    assertThat(line(List.of(), STRONG)).contains("b 1  slope=1.0000+-0.1000 dex");
  }

  @ParameterizedTest
  @CsvSource({
    "HETEROGENEOUS",
    "MODEL_MISFIT",
    "PRIOR_MISMATCH",
    "OUT_OF_SUPPORT",
    "UNRELIABLE",
    "NEW"
  })
  void shouldShowTheRobustPosteriorOfAFlaggedGroup(String flag) {
    assertThat(line(List.of(flag), WEAK))
        .contains("b 1  robust: slope=2.0000+-0.2000 dex")
        .endsWith(flag);
    // With a second flag a wrong model may make the scatter.
    assertThat(line(List.of("HETEROGENEOUS", flag, "MODEL_MISFIT"), STRONG)).contains("robust: ");
  }

  @Test
  void shouldShowThePopulationOfObjectsThatOnlyScatter() {
    assertThat(line(List.of("HETEROGENEOUS"), STRONG))
        .contains("b 1  population: slope=3.0000+-0.3000 dex  scatter slope=0.5000");
  }

  @Test
  void shouldShowTheShareOfOutliersAndWhereItIsNotDetermined() {
    GroupPosterior one = group("g", List.of(), WEAK);
    assertThat(new PosteriorLines().of(one)).endsWith("  outliers: slope not determined");
    one.setOutliers(
        List.of(
            new OutlierShare(
                "slope", "dex", 0.05, List.of(0.01, 0.0321, 0.048, 0.0779, 0.1), 5.0, 1.0, 0.1)));
    assertThat(new PosteriorLines().of(one)).endsWith("  outliers: slope 4.8 % (3.2 to 7.8 %)");
  }

  @Test
  void shouldShowWhatARecordOfAnOlderVersionHas() {
    GroupPosterior old = group("g", List.of("HETEROGENEOUS"), WEAK);
    old.getParameters().get(0).setRobustMean(null);
    old.setPopulation(null);
    assertThat(new PosteriorLines().of(old)).contains("b 1  slope=1.0000+-0.1000 dex");
  }

  @Test
  void shouldEscapeNames() {
    assertThat(new PosteriorLines().of(group("M 31\u001b[2J\n", List.of(), WEAK)))
        .contains("M 31\\u001b[2J\\u000a")
        .doesNotContain("\u001b", "\n");
  }

  @Test
  void shouldShowARejection() {
    Rejection rejection =
        new Rejection(
            RejectionReason.MALFORMED,
            "no\nAvro",
            "observations",
            2,
            17L,
            Instant.EPOCH,
            "survey",
            null,
            null,
            ByteBuffer.wrap(new byte[] {1, 2, 3}));
    assertThat(new PosteriorLines().of(rejection))
        .isEqualTo("1970-01-01T00:00:00Z  observations 2:17  survey/-  MALFORMED  no\\u000aAvro");
    assertThat(new PosteriorJson().of(rejection).toString())
        .contains(
            "\"reason\":\"MALFORMED\"", "\"offset\":17", "\"key\":null", "\"value\":\"AQID\"");
    // Reading the bytes does not consume them.
    assertThat(rejection.getValue().remaining()).isEqualTo(3);
  }
}
