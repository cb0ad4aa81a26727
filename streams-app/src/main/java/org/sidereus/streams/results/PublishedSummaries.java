package org.sidereus.streams.results;

import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.sidereus.engine.bundle.Manifest;
import org.sidereus.engine.bundle.Parameter;
import org.sidereus.engine.combination.CombinationMethod;
import org.sidereus.engine.combination.FactorizedPosterior;
import org.sidereus.engine.combination.GroupFlag;
import org.sidereus.engine.combination.GroupSummary;
import org.sidereus.engine.combination.JointDensity;
import org.sidereus.engine.combination.MarginalDensity;
import org.sidereus.engine.combination.ModelErrors;
import org.sidereus.engine.inference.KeptSamples;
import org.sidereus.engine.inference.LikelihoodCheck;
import org.sidereus.engine.inference.ObjectFlag;
import org.sidereus.engine.inference.ObjectSummary;
import org.sidereus.schemas.GroupPosterior;
import org.sidereus.schemas.LeftOut;
import org.sidereus.schemas.ModelError;
import org.sidereus.schemas.ObjectPosterior;
import org.sidereus.schemas.OutlierShare;
import org.sidereus.schemas.ParameterPosterior;
import org.sidereus.schemas.Population;
import org.sidereus.schemas.PopulationParameter;
import org.sidereus.schemas.PosteriorSamples;
import org.sidereus.schemas.SharedParameter;

/**
 * Published records as the numbers of the engine that they were made of, as far as records have
 * them. Flags and kinds of errors that this version does not know are left out.
 */
final class PublishedSummaries {
  private PublishedSummaries() {}

  /** A posterior of an object, without samples. */
  static ObjectSummary of(ObjectPosterior posterior) {
    List<ParameterPosterior> parameters = posterior.getParameters();
    double[][] quantiles = new double[parameters.size()][];
    for (int i = 0; i < quantiles.length; i++) {
      ParameterPosterior one = parameters.get(i);
      quantiles[i] = new double[] {one.getQ16(), one.getQ50(), one.getQ84()};
    }
    return ObjectSummary.builder(
            parameters.stream().mapToDouble(ParameterPosterior::getMean).toArray(),
            array(posterior.getCovariance()),
            quantiles,
            posterior.getSamples())
        .check(check(posterior))
        .corrected(Boolean.TRUE.equals(posterior.getCorrected()))
        .flags(flags(ObjectFlag.class, posterior.getFlags()))
        .build();
  }

  /** The same with samples. */
  static ObjectSummary with(ObjectSummary summary, PosteriorSamples samples) {
    return summary.withKept(
        new KeptSamples(floats(samples.getTheta()), floats(samples.getWeights())));
  }

  /** The same without what only figures need. */
  static ObjectSummary counted(ObjectSummary summary) {
    return ObjectSummary.builder(new double[0], new double[0], new double[0][], summary.samples())
        .check(summary.check())
        .corrected(summary.corrected())
        .flags(summary.flags())
        .build();
  }

  /** What the likelihood says; null where the record does not have it. */
  private static @Nullable LikelihoodCheck check(ObjectPosterior posterior) {
    Double effective = posterior.getEffectiveSampleSize();
    Double logEvidence = posterior.getLogEvidence();
    Double chiSquare = posterior.getChiSquare();
    Double pValue = posterior.getPValue();
    return effective == null || logEvidence == null || chiSquare == null || pValue == null
        ? null
        : new LikelihoodCheck(effective, logEvidence, chiSquare, pValue, 0);
  }

  /** A posterior of a group; empty: the record is of an older version and has no densities. */
  static Optional<GroupSummary> of(GroupPosterior posterior, Manifest manifest) {
    List<SharedParameter> parameters = posterior.getParameters();
    int k = parameters.size();
    double[][] quantiles = new double[k][];
    MarginalDensity[] densities = new MarginalDensity[k];
    double[] robustMean = new double[k];
    for (int i = 0; i < k; i++) {
      SharedParameter one = parameters.get(i);
      if (one.getDensityNodes() == null
          || one.getDensityValues() == null
          || one.getRobustMean() == null
          || one.getQ025() == null
          || one.getQ16() == null
          || one.getQ50() == null
          || one.getQ84() == null
          || one.getQ975() == null) {
        return Optional.empty();
      }
      quantiles[i] =
          new double[] {one.getQ025(), one.getQ16(), one.getQ50(), one.getQ84(), one.getQ975()};
      densities[i] =
          new MarginalDensity(array(one.getDensityNodes()), array(one.getDensityValues()));
      robustMean[i] = one.getRobustMean();
    }
    Long combined = posterior.getCombined();
    List<Double> robust = posterior.getRobustCovariance();
    if (combined == null || robust == null) {
      return Optional.empty();
    }
    FactorizedPosterior factorized =
        new FactorizedPosterior(
            combined,
            parameters.stream().mapToDouble(SharedParameter::getMean).toArray(),
            array(posterior.getCovariance()),
            quantiles,
            List.of(densities),
            joints(posterior, manifest),
            method(posterior.getMethod()),
            !posterior.getFlags().contains(GroupFlag.UNRELIABLE.name()));
    return Optional.of(
        GroupSummary.of(posterior.getObjects(), factorized)
            .robust(robustMean, array(robust))
            .leftOut(leftOut(posterior))
            .modelErrors(modelErrors(posterior.getModelErrors(), robustMean, array(robust)))
            .population(population(posterior.getPopulation()))
            .outliers(posterior.getOutliers().stream().map(PublishedSummaries::outliers).toList())
            .informationLoss(posterior.getInformationLoss())
            .logEvidence(posterior.getLogEvidence())
            .flags(flags(GroupFlag.class, posterior.getFlags()))
            .build());
  }

  private static SortedMap<ObjectFlag, Long> leftOut(GroupPosterior posterior) {
    SortedMap<ObjectFlag, Long> leftOut = new TreeMap<>();
    for (LeftOut one : posterior.getLeftOutByFlag()) {
      constant(ObjectFlag.class, one.getFlag())
          .ifPresent(flag -> leftOut.put(flag, one.getObjects()));
    }
    return leftOut;
  }

  /**
   * The errors of the model; null where the record has none. The record does not say what the
   * emulator loses, so that is not a number, nor the posterior that allows for these errors alone,
   * so that is the robust one.
   */
  private static @Nullable ModelErrors modelErrors(
      List<ModelError> published, double[] robustMean, double[] robustCovariance) {
    List<org.sidereus.engine.combination.ModelError> errors = new ArrayList<>();
    for (ModelError one : published) {
      constant(org.sidereus.engine.combination.ModelError.Kind.class, one.getKind())
          .map(kind -> modelError(kind, one))
          .ifPresent(errors::add);
    }
    return errors.isEmpty()
        ? null
        : new ModelErrors(errors, robustMean, robustCovariance, Double.NaN);
  }

  private static org.sidereus.engine.combination.ModelError modelError(
      org.sidereus.engine.combination.ModelError.Kind kind, ModelError published) {
    return new org.sidereus.engine.combination.ModelError(
        kind,
        published.getName(),
        published.getUnit(),
        published.getValue(),
        published.getSd(),
        published.getValue() / published.getSd(),
        published.getFlagged());
  }

  private static org.sidereus.engine.combination.@Nullable Population population(
      @Nullable Population published) {
    if (published == null) {
      return null;
    }
    List<PopulationParameter> parameters = published.getParameters();
    return new org.sidereus.engine.combination.Population(
        parameters.stream().mapToDouble(PopulationParameter::getMean).toArray(),
        array(published.getCovariance()),
        parameters.stream().map(one -> array(one.getQuantiles())).toArray(double[][]::new),
        parameters.stream().mapToDouble(PopulationParameter::getScatter).toArray(),
        parameters.stream().map(one -> array(one.getScatterQuantiles())).toArray(double[][]::new),
        published.getLogBayesFactor());
  }

  private static org.sidereus.engine.combination.OutlierShare outliers(OutlierShare published) {
    return new org.sidereus.engine.combination.OutlierShare(
        published.getParameter(),
        published.getShare(),
        array(published.getShareQuantiles()),
        published.getLogBayesFactor(),
        published.getMean(),
        published.getSd());
  }

  private static List<JointDensity> joints(GroupPosterior posterior, Manifest manifest) {
    List<String> names = manifest.sharedParameters().stream().map(Parameter::name).toList();
    return posterior.getJointDensities().stream()
        .map(
            one ->
                new JointDensity(
                    names.indexOf(one.getFirst()),
                    names.indexOf(one.getSecond()),
                    one.getLogDensity().stream().mapToDouble(Float::doubleValue).toArray()))
        .toList();
  }

  private static CombinationMethod method(@Nullable String name) {
    return constant(CombinationMethod.class, name).orElse(CombinationMethod.GAUSSIAN);
  }

  /** The constant of a name; empty: this version does not know it. */
  private static <E extends Enum<E>> Optional<E> constant(Class<E> type, @Nullable String name) {
    return EnumSet.allOf(type).stream().filter(one -> one.name().equals(name)).findFirst();
  }

  private static <F extends Enum<F>> Set<F> flags(Class<F> type, List<String> names) {
    Set<F> flags = EnumSet.allOf(type);
    flags.removeIf(flag -> !names.contains(flag.name()));
    return flags;
  }

  private static double[] array(List<Double> values) {
    return values.stream().mapToDouble(Double::doubleValue).toArray();
  }

  private static float[] floats(List<Float> values) {
    float[] floats = new float[values.size()];
    for (int i = 0; i < floats.length; i++) {
      floats[i] = values.get(i);
    }
    return floats;
  }
}
