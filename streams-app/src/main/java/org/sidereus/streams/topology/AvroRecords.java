package org.sidereus.streams.topology;

import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.sidereus.engine.bundle.Derived;
import org.sidereus.engine.bundle.Manifest;
import org.sidereus.engine.bundle.Parameter;
import org.sidereus.engine.combination.Disagreement;
import org.sidereus.engine.combination.GroupFlag;
import org.sidereus.engine.combination.GroupSummary;
import org.sidereus.engine.combination.MarginalDensity;
import org.sidereus.engine.inference.KeptSamples;
import org.sidereus.engine.inference.LikelihoodCheck;
import org.sidereus.engine.inference.Marginal;
import org.sidereus.engine.inference.ObjectFlag;
import org.sidereus.engine.inference.ObjectSummary;
import org.sidereus.schemas.GroupPosterior;
import org.sidereus.schemas.JointDensity;
import org.sidereus.schemas.LeftOut;
import org.sidereus.schemas.ModelError;
import org.sidereus.schemas.ObjectPosterior;
import org.sidereus.schemas.Observation;
import org.sidereus.schemas.OutlierShare;
import org.sidereus.schemas.ParameterPosterior;
import org.sidereus.schemas.Population;
import org.sidereus.schemas.PopulationParameter;
import org.sidereus.schemas.PosteriorSamples;
import org.sidereus.schemas.Rejection;
import org.sidereus.schemas.SharedParameter;
import org.sidereus.schemas.Source;

/** Makes the records of the contracts from the results of the stream. */
final class AvroRecords {
  /** Key and texts must fit into the room that a rejection has beside the value. */
  private static final int LONGEST_KEY_BYTES = 16 * 1024;

  private static final int LONGEST_TEXT = 2_000;

  /** Flag of a posterior that there is no more. */
  private static final String WITHDRAWN = "WITHDRAWN";

  private AvroRecords() {}

  static ObjectPosterior objectPosterior(
      Manifest manifest,
      Observation observation,
      int visits,
      ReceivedEvent event,
      ObjectSummary summary) {
    List<ParameterPosterior> parameters = new ArrayList<>(manifest.parameters().size());
    for (int i = 0; i < manifest.parameters().size(); i++) {
      Parameter parameter = manifest.parameters().get(i);
      double[] quantiles = summary.quantiles()[i];
      parameters.add(
          new ParameterPosterior(
              parameter.name(),
              parameter.unit(),
              summary.mean()[i],
              summary.sd(i),
              quantiles[0],
              quantiles[1],
              quantiles[2]));
    }
    LikelihoodCheck check = summary.check();
    return ObjectPosterior.newBuilder()
        .setSurvey(observation.getSurvey())
        .setObject(observation.getObject())
        .setGroup(observation.getGroup())
        .setTime(observation.getTime())
        .setDated(observation.getDated())
        .setRevision(observation.getRevision())
        .setBundle(manifest.name())
        .setBundleVersion(manifest.version())
        .setParameters(parameters)
        .setCovariance(list(summary.covariance()))
        .setSamples(summary.samples())
        .setSource(new Source(event.topic(), event.partition(), event.offset()))
        .setCorrected(check == null ? null : summary.corrected())
        .setEffectiveSampleSize(check == null ? null : check.effectiveSampleSize())
        .setLogEvidence(check == null ? null : check.logEvidence())
        .setChiSquare(check == null ? null : check.chiSquare())
        .setPValue(check == null ? null : check.pValue())
        .setFlags(summary.flags().stream().sorted().map(ObjectFlag::name).toList())
        .setDerived(derived(manifest, summary))
        .setVisits(visits)
        .build();
  }

  /** Says that what one bundle knew of an object of one survey is withdrawn. */
  static ObjectPosterior withdrawn(MemberKey key, ReceivedEvent event) {
    return ObjectPosterior.newBuilder()
        .setSurvey(key.survey())
        .setObject(key.object())
        .setTime(Instant.EPOCH)
        .setDated(false)
        .setBundle(key.bundle())
        .setBundleVersion(key.version())
        .setParameters(List.of())
        .setCovariance(List.of())
        .setSamples(0)
        .setSource(new Source(event.topic(), event.partition(), event.offset()))
        .setFlags(List.of(WITHDRAWN))
        .setVisits(0)
        .build();
  }

  static PosteriorSamples samples(Manifest manifest, Observation observation, KeptSamples kept) {
    return PosteriorSamples.newBuilder()
        .setSurvey(observation.getSurvey())
        .setObject(observation.getObject())
        .setGroup(observation.getGroup())
        .setTime(observation.getTime())
        .setRevision(observation.getRevision())
        .setBundle(manifest.name())
        .setBundleVersion(manifest.version())
        .setParameters(manifest.parameters().stream().map(Parameter::name).toList())
        .setTheta(list(kept.theta()))
        .setWeights(list(kept.weights()))
        .build();
  }

  private static List<Float> list(float[] values) {
    List<Float> list = new ArrayList<>(values.length);
    for (float value : values) {
      list.add(value);
    }
    return list;
  }

  private static List<ParameterPosterior> derived(Manifest manifest, ObjectSummary summary) {
    List<ParameterPosterior> all = new ArrayList<>(summary.derived().size());
    for (int k = 0; k < summary.derived().size(); k++) {
      Derived quantity = manifest.derived().get(k);
      Marginal marginal = summary.derived().get(k);
      all.add(
          new ParameterPosterior(
              quantity.name(),
              quantity.unit(),
              marginal.mean(),
              marginal.sd(),
              marginal.quantiles()[0],
              marginal.quantiles()[1],
              marginal.quantiles()[2]));
    }
    return all;
  }

  static GroupPosterior groupPosterior(
      Manifest manifest, SumKey key, GroupSummary summary, long latestMs, boolean closed) {
    Disagreement disagreement = summary.disagreement();
    return GroupPosterior.newBuilder()
        .setGroup(key.group().group())
        .setBundle(manifest.name())
        .setBundleVersion(manifest.version())
        .setWindowStart(key.window().map(w -> Instant.ofEpochMilli(w.startMs())).orElse(null))
        .setWindowEnd(key.window().map(w -> Instant.ofEpochMilli(w.endMs())).orElse(null))
        .setClosed(closed)
        .setTime(EventTime.instant(latestMs))
        .setDated(EventTime.isKnown(latestMs))
        .setSurvey(key.window().map(TimeWindow::survey).orElse(null))
        .setObjects(summary.objects())
        .setParameters(sharedParameters(manifest.sharedParameters(), summary))
        .setCovariance(list(summary.covariance()))
        .setMethod(summary.factorized().method().name())
        .setRobustCovariance(list(summary.robustCovariance()))
        .setHeterogeneity(disagreement == null ? null : disagreement.ratio())
        .setHeterogeneityDegreesOfFreedom(
            disagreement == null ? null : disagreement.degreesOfFreedom())
        .setHeterogeneityPValue(disagreement == null ? null : disagreement.pValue())
        .setMisfit(summary.misfit() == null ? null : summary.misfit().ratio())
        .setMisfitPValue(summary.misfit() == null ? null : summary.misfit().pValue())
        .setLogEvidence(summary.logEvidence())
        .setFlags(summary.flags().stream().sorted().map(GroupFlag::name).toList())
        .setCombined(summary.combined())
        .setLeftOut(summary.leftOutObjects())
        .setLeftOutByFlag(
            summary.leftOut().entrySet().stream()
                .map(one -> new LeftOut(one.getKey().name(), one.getValue()))
                .toList())
        .setModelErrors(modelErrors(summary))
        .setInformationLoss(summary.informationLoss())
        .setPopulation(population(manifest.sharedParameters(), summary.population()))
        .setOutliers(outliers(manifest.sharedParameters(), summary))
        .setJointDensities(jointDensities(manifest.sharedParameters(), summary))
        .build();
  }

  private static List<OutlierShare> outliers(List<Parameter> shared, GroupSummary summary) {
    Map<String, String> units =
        shared.stream().collect(Collectors.toMap(Parameter::name, Parameter::unit));
    return summary.outliers().stream()
        .map(
            one ->
                OutlierShare.newBuilder()
                    .setParameter(one.parameter())
                    .setUnit(units.getOrDefault(one.parameter(), ""))
                    .setShare(one.share())
                    .setShareQuantiles(list(one.shareQuantiles()))
                    .setLogBayesFactor(one.logBayesFactor())
                    .setMean(one.mean())
                    .setSd(one.sd())
                    .build())
        .toList();
  }

  private static List<JointDensity> jointDensities(List<Parameter> shared, GroupSummary summary) {
    return summary.factorized().joints().stream()
        .map(
            joint -> {
              List<Float> values = new ArrayList<>(joint.logDensity().length);
              for (double value : joint.logDensity()) {
                values.add((float) value);
              }
              return new JointDensity(
                  shared.get(joint.first()).name(), shared.get(joint.second()).name(), values);
            })
        .toList();
  }

  private static List<ModelError> modelErrors(GroupSummary summary) {
    return summary.modelErrors() == null
        ? List.of()
        : summary.modelErrors().errors().stream()
            .map(
                error ->
                    new ModelError(
                        error.kind().name(),
                        error.name(),
                        error.unit(),
                        error.value(),
                        error.sd(),
                        error.isFlagged()))
            .toList();
  }

  private static List<SharedParameter> sharedParameters(
      List<Parameter> shared, GroupSummary summary) {
    List<SharedParameter> parameters = new ArrayList<>(shared.size());
    for (int i = 0; i < shared.size(); i++) {
      double[] quantiles = summary.factorized().quantiles()[i];
      MarginalDensity density = summary.factorized().densities().get(i);
      parameters.add(
          SharedParameter.newBuilder()
              .setName(shared.get(i).name())
              .setUnit(shared.get(i).unit())
              .setMean(summary.mean()[i])
              .setSd(summary.sd(i))
              .setQ025(quantiles[0])
              .setQ16(quantiles[1])
              .setQ50(quantiles[2])
              .setQ84(quantiles[3])
              .setQ975(quantiles[4])
              .setDensityNodes(list(density.nodes()))
              .setDensityValues(list(density.values()))
              .setRobustMean(summary.robustMean()[i])
              .setRobustSd(summary.robustSd(i))
              .setScatter(
                  summary.disagreement() == null ? null : summary.disagreement().scatter()[i])
              .build());
    }
    return parameters;
  }

  private static @Nullable Population population(
      List<Parameter> shared, org.sidereus.engine.combination.@Nullable Population population) {
    if (population == null) {
      return null;
    }
    List<PopulationParameter> parameters = new ArrayList<>(shared.size());
    for (int i = 0; i < shared.size(); i++) {
      parameters.add(
          PopulationParameter.newBuilder()
              .setName(shared.get(i).name())
              .setUnit(shared.get(i).unit())
              .setMean(population.mean()[i])
              .setSd(population.sd(i))
              .setQuantiles(list(population.quantiles()[i]))
              .setScatter(population.scatter()[i])
              .setScatterQuantiles(list(population.scatterQuantiles()[i]))
              .build());
    }
    return Population.newBuilder()
        .setParameters(parameters)
        .setCovariance(list(population.covariance()))
        .setLogBayesFactor(population.logBayesFactor())
        .build();
  }

  /**
   * A rejection with the original bytes.
   *
   * @param maxValueBytes longest value that fits into a message; a longer one is cut off there
   */
  static Rejection rejection(
      RejectionCause cause,
      ReceivedEvent event,
      Optional<Observation> observation,
      int maxValueBytes) {
    byte[] value = event.value();
    byte[] key = event.key();
    String detail = shortened(cause.detail());
    if (key != null && key.length > LONGEST_KEY_BYTES) {
      detail +=
          " (this rejection carries the first %d bytes of the key)".formatted(LONGEST_KEY_BYTES);
      key = Arrays.copyOf(key, LONGEST_KEY_BYTES);
    }
    if (value != null && value.length > maxValueBytes) {
      detail += " (this rejection carries the first %d bytes)".formatted(maxValueBytes);
      value = Arrays.copyOf(value, maxValueBytes);
    }
    return Rejection.newBuilder()
        .setReason(cause.reason())
        .setDetail(detail)
        .setTopic(event.topic())
        .setPartition(event.partition())
        .setOffset(event.offset())
        .setTimestamp(Instant.ofEpochMilli(event.timestampMs()))
        .setSurvey(observation.map(Observation::getSurvey).map(AvroRecords::shortened).orElse(null))
        .setObject(observation.map(Observation::getObject).map(AvroRecords::shortened).orElse(null))
        .setKey(key == null ? null : ByteBuffer.wrap(key))
        .setValue(value == null ? null : ByteBuffer.wrap(value))
        .build();
  }

  /** A text of an event may be as long as the event; the event itself is in the rejection. */
  private static String shortened(String text) {
    return text.length() <= LONGEST_TEXT ? text : text.substring(0, LONGEST_TEXT) + "...";
  }

  private static List<Double> list(double[] values) {
    List<Double> list = new ArrayList<>(values.length);
    for (double value : values) {
      list.add(value);
    }
    return list;
  }
}
