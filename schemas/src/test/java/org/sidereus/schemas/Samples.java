package org.sidereus.schemas;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import org.apache.avro.specific.SpecificRecord;

/** One record of every contract with every field set, as a survey and the stream would write it. */
public final class Samples {
  private static final Instant NIGHT = Instant.parse("2017-03-14T04:30:00.250Z");

  private Samples() {}

  /** A sample of every record that is the value of a topic. */
  public static List<SpecificRecord> all() {
    return List.of(
        observation(), objectPosterior(), groupPosterior(), rejection(), posteriorSamples());
  }

  /** The same records without the fields that the first version did not have. */
  public static List<SpecificRecord> ofFirstVersion() {
    ObjectPosterior objectPosterior =
        ObjectPosterior.newBuilder(objectPosterior())
            .clearCorrected()
            .clearEffectiveSampleSize()
            .clearLogEvidence()
            .clearChiSquare()
            .clearPValue()
            .clearFlags()
            .clearDerived()
            .clearVisits()
            .clearDated()
            .build();
    GroupPosterior groupPosterior =
        GroupPosterior.newBuilder(groupPosterior())
            .setParameters(
                List.of(
                    SharedParameter.newBuilder()
                        .setName("alpha_IMF")
                        .setUnit("")
                        .setMean(-2.31)
                        .setSd(0.01)
                        .build()))
            .clearMethod()
            .clearRobustCovariance()
            .clearHeterogeneity()
            .clearHeterogeneityDegreesOfFreedom()
            .clearHeterogeneityPValue()
            .clearMisfit()
            .clearMisfitPValue()
            .clearLogEvidence()
            .clearFlags()
            .clearCombined()
            .clearLeftOut()
            .clearLeftOutByFlag()
            .clearModelErrors()
            .clearPopulation()
            .clearOutliers()
            .clearInformationLoss()
            .clearJointDensities()
            .clearSurvey()
            .clearDated()
            .build();
    Observation observation =
        Observation.newBuilder(observation())
            .clearVisit()
            .clearSharedErrors()
            .clearDated()
            .clearRenamedTo()
            .clearMissing()
            .build();
    return List.of(observation, objectPosterior, groupPosterior, rejection());
  }

  /** The same records with no more set than their contracts demand. */
  public static List<SpecificRecord> minimal() {
    return List.of(
        Observation.newBuilder().setSurvey("s").setObject("o").setTime(Instant.EPOCH).build(),
        ObjectPosterior.newBuilder()
            .setSurvey("s")
            .setObject("o")
            .setTime(Instant.EPOCH)
            .setBundle("b")
            .setBundleVersion("1")
            .setParameters(List.of())
            .setCovariance(List.of())
            .setSamples(0)
            .setSource(new Source("t", 0, 0L))
            .build(),
        GroupPosterior.newBuilder()
            .setGroup("g")
            .setBundle("b")
            .setBundleVersion("1")
            .setTime(Instant.EPOCH)
            .setObjects(0)
            .setParameters(List.of())
            .setCovariance(List.of())
            .build(),
        Rejection.newBuilder()
            .setReason(RejectionReason.OTHER)
            .setDetail("")
            .setTopic("t")
            .setPartition(0)
            .setOffset(0)
            .setTimestamp(Instant.EPOCH)
            .build(),
        PosteriorSamples.newBuilder()
            .setSurvey("s")
            .setObject("o")
            .setTime(Instant.EPOCH)
            .setRevision(0)
            .setBundle("b")
            .setBundleVersion("1")
            .setParameters(List.of())
            .setTheta(List.of())
            .setWeights(List.of())
            .build());
  }

  public static Observation observation() {
    return Observation.newBuilder()
        .setKind(ObservationKind.OBSERVATION)
        .setSurvey("apogee-dr17")
        .setObject("2M00000032+5737103")
        .setGroup("Milky Way")
        .setTime(NIGHT)
        .setRevision(2)
        .setBundle("gce")
        .setMeasurements(
            List.of(new Measurement("Fe_H", -0.31, 0.012), new Measurement("Mg_Fe", 0.18, null)))
        .setVisit("4431-55877-123")
        .setSharedErrors(
            List.of(
                new SharedError(
                    0.0078125,
                    true,
                    List.of(new Coefficient("Fe_H", 1.0), new Coefficient("Mg_Fe", -1.0)))))
        .setDated(false)
        .setRenamedTo("The Galaxy")
        .setMissing(List.of(new MissingValue("N_Fe", "sentinel in N_H: -9999")))
        .build();
  }

  public static ObjectPosterior objectPosterior() {
    return ObjectPosterior.newBuilder()
        .setSurvey("apogee-dr17")
        .setObject("2M00000032+5737103")
        .setGroup("Milky Way")
        .setTime(NIGHT)
        .setRevision(2)
        .setBundle("gce")
        .setBundleVersion("1.0.0")
        .setParameters(
            List.of(
                new ParameterPosterior("alpha_IMF", "", -2.3, 0.05, -2.35, -2.3, -2.25),
                new ParameterPosterior("time", "Gyr", 6.1, 1.2, 4.9, 6.0, 7.4)))
        .setCovariance(List.of(0.0025, 0.01, 0.01, 1.44))
        .setSamples(1000)
        .setSource(new Source("sidereus.observations", 3, 8_000_000_000L))
        .setCorrected(true)
        .setEffectiveSampleSize(921.5)
        .setLogEvidence(3.25)
        .setChiSquare(7.5)
        .setPValue(0.4375)
        .setFlags(List.of("OUT_OF_SUPPORT", "MODEL_MISFIT"))
        .setDerived(List.of(new ParameterPosterior("age", "Gyr", 7.7, 1.2, 6.4, 7.8, 8.9)))
        .setVisits(3)
        .setDated(false)
        .build();
  }

  private static Population population() {
    return new Population(
        List.of(
            new PopulationParameter(
                "alpha_IMF",
                "",
                -2.3,
                0.011,
                List.of(-2.322, -2.311, -2.3, -2.289, -2.278),
                0.05,
                List.of(0.03, 0.04, 0.05, 0.06, 0.07))),
        List.of(1.21e-4),
        7.5);
  }

  public static GroupPosterior groupPosterior() {
    return GroupPosterior.newBuilder()
        .setGroup("Milky Way")
        .setBundle("gce")
        .setBundleVersion("1.0.0")
        .setWindowStart(Instant.parse("2017-03-14T00:00:00Z"))
        .setWindowEnd(Instant.parse("2017-03-15T00:00:00Z"))
        .setClosed(true)
        .setTime(NIGHT)
        .setObjects(5_000_000_000L)
        .setParameters(
            List.of(
                SharedParameter.newBuilder()
                    .setName("alpha_IMF")
                    .setUnit("")
                    .setMean(-2.31)
                    .setSd(0.01)
                    .setQ025(-2.33)
                    .setQ16(-2.32)
                    .setQ50(-2.31)
                    .setQ84(-2.3)
                    .setQ975(-2.29)
                    .setDensityNodes(List.of(-2.32, -2.31, -2.3))
                    .setDensityValues(List.of(24.2, 39.9, 24.2))
                    .setRobustMean(-2.31)
                    .setRobustSd(0.2)
                    .setScatter(0.15)
                    .build()))
        .setCovariance(List.of(1e-4))
        .setMethod("POLYNOMIAL")
        .setRobustCovariance(List.of(0.04))
        .setHeterogeneity(5.5)
        .setHeterogeneityDegreesOfFreedom(1100.5)
        .setHeterogeneityPValue(1e-300)
        .setMisfit(1.2)
        .setMisfitPValue(1e-12)
        .setLogEvidence(-1.5e10)
        .setFlags(List.of("HETEROGENEOUS"))
        .setCombined(4_999_999_997L)
        .setLeftOut(3L)
        .setLeftOutByFlag(
            List.of(new LeftOut("OUT_OF_SUPPORT", 3L), new LeftOut("MODEL_MISFIT", 1L)))
        .setPopulation(population())
        .setOutliers(
            List.of(
                new OutlierShare(
                    "alpha_IMF",
                    "",
                    0.05,
                    List.of(0.01, 0.03, 0.05, 0.07, 0.1),
                    12.5,
                    -2.31,
                    0.02)))
        .setJointDensities(
            List.of(new JointDensity("alpha_IMF", "log10_N_Ia", List.of(-0.5f, 0f, -60f, -1.25f))))
        .setInformationLoss(0.03)
        .setModelErrors(
            List.of(
                new ModelError("OFFSET", "Ne_Fe", "dex", 0.12, 0.01, true),
                new ModelError("SHIFT", "T_birth_Gyr", "", -0.25, 0.5, false)))
        .setSurvey("apogee-dr17")
        .setDated(false)
        .build();
  }

  public static PosteriorSamples posteriorSamples() {
    return PosteriorSamples.newBuilder()
        .setSurvey("apogee-dr17")
        .setObject("2M00000032+5737103")
        .setGroup("Milky Way")
        .setTime(NIGHT)
        .setRevision(2)
        .setBundle("gce")
        .setBundleVersion("1.0.0")
        .setParameters(List.of("alpha_IMF", "log10_N_Ia"))
        .setTheta(List.of(-2.3f, -2.9f, -2.25f, -2.8f))
        .setWeights(List.of(0.25f, 0.75f))
        .build();
  }

  public static Rejection rejection() {
    return Rejection.newBuilder()
        .setReason(RejectionReason.NOT_FINITE)
        .setDetail("Fe_H is NaN; publish measured values only")
        .setTopic("sidereus.observations")
        .setPartition(3)
        .setOffset(8_000_000_000L)
        .setTimestamp(NIGHT)
        .setSurvey("apogee-dr17")
        .setObject("2M00000032+5737103")
        .setKey(ByteBuffer.wrap("2M00000032+5737103".getBytes(StandardCharsets.UTF_8)))
        .setValue(ByteBuffer.wrap(new byte[] {0, 0, 0, 0, 1, -128, 127}))
        .build();
  }
}
