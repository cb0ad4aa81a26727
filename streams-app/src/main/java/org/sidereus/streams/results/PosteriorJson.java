package org.sidereus.streams.results;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Instant;
import java.util.List;
import org.sidereus.schemas.GroupPosterior;
import org.sidereus.schemas.ObjectPosterior;
import org.sidereus.schemas.ParameterPosterior;
import org.sidereus.schemas.SharedParameter;

/** Posteriors as JSON: the names of the fields are those of the Avro contracts, times ISO-8601. */
public final class PosteriorJson {
  private final ObjectMapper mapper = new ObjectMapper();

  /** The posterior of a group. */
  public ObjectNode of(GroupPosterior posterior) {
    ObjectNode node =
        mapper
            .createObjectNode()
            .put("group", posterior.getGroup())
            .put("bundle", posterior.getBundle())
            .put("bundle_version", posterior.getBundleVersion())
            .put("window_start", text(posterior.getWindowStart()))
            .put("window_end", text(posterior.getWindowEnd()))
            .put("closed", posterior.getClosed())
            .put("time", text(posterior.getTime()))
            .put("objects", posterior.getObjects());
    ArrayNode parameters = node.putArray("parameters");
    for (SharedParameter one : posterior.getParameters()) {
      ObjectNode parameter = parameters.addObject();
      parameter
          .put("name", one.getName())
          .put("unit", one.getUnit())
          .put("mean", one.getMean())
          .put("sd", one.getSd())
          .put("q025", one.getQ025())
          .put("q16", one.getQ16())
          .put("q50", one.getQ50())
          .put("q84", one.getQ84())
          .put("q975", one.getQ975())
          .put("robust_mean", one.getRobustMean())
          .put("robust_sd", one.getRobustSd())
          .put("scatter", one.getScatter());
      numbers(parameter, "density_nodes", one.getDensityNodes());
      numbers(parameter, "density_values", one.getDensityValues());
    }
    numbers(node, "covariance", posterior.getCovariance());
    numbers(node, "robust_covariance", posterior.getRobustCovariance());
    node.put("method", posterior.getMethod())
        .put("heterogeneity", posterior.getHeterogeneity())
        .put("heterogeneity_degrees_of_freedom", posterior.getHeterogeneityDegreesOfFreedom())
        .put("heterogeneity_p_value", posterior.getHeterogeneityPValue())
        .put("misfit", posterior.getMisfit())
        .put("misfit_p_value", posterior.getMisfitPValue())
        .put("log_evidence", posterior.getLogEvidence());
    ArrayNode flags = node.putArray("flags");
    posterior.getFlags().forEach(flags::add);
    return node;
  }

  /** How well each bundle explains a group. */
  public ArrayNode of(BundleComparison comparison) {
    ArrayNode node = mapper.createArrayNode();
    for (BundleComparison.Entry one : comparison.entries()) {
      node.addObject()
          .put("bundle", one.bundle())
          .put("bundle_version", one.version())
          .put("objects", one.objects())
          .put("log_evidence", one.logEvidence())
          .put("log_bayes_factor", one.logBayesFactor());
    }
    return node;
  }

  /** The posterior of an object. */
  public ObjectNode of(ObjectPosterior posterior) {
    ObjectNode node =
        mapper
            .createObjectNode()
            .put("survey", posterior.getSurvey())
            .put("object", posterior.getObject())
            .put("group", posterior.getGroup())
            .put("time", text(posterior.getTime()))
            .put("revision", posterior.getRevision())
            .put("visits", posterior.getVisits())
            .put("bundle", posterior.getBundle())
            .put("bundle_version", posterior.getBundleVersion());
    ArrayNode parameters = node.putArray("parameters");
    for (ParameterPosterior one : posterior.getParameters()) {
      parameters
          .addObject()
          .put("name", one.getName())
          .put("unit", one.getUnit())
          .put("mean", one.getMean())
          .put("sd", one.getSd())
          .put("q16", one.getQ16())
          .put("q50", one.getQ50())
          .put("q84", one.getQ84());
    }
    numbers(node, "covariance", posterior.getCovariance());
    node.put("samples", posterior.getSamples());
    node.putObject("source")
        .put("topic", posterior.getSource().getTopic())
        .put("partition", posterior.getSource().getPartition())
        .put("offset", posterior.getSource().getOffset());
    node.put("corrected", posterior.getCorrected())
        .put("effective_sample_size", posterior.getEffectiveSampleSize())
        .put("log_evidence", posterior.getLogEvidence())
        .put("chi_square", posterior.getChiSquare())
        .put("p_value", posterior.getPValue());
    ArrayNode flags = node.putArray("flags");
    posterior.getFlags().forEach(flags::add);
    return node;
  }

  /** An array of numbers; null, where a record of an older version has none. */
  private static void numbers(ObjectNode node, String name, List<Double> values) {
    if (values == null) {
      node.putNull(name);
      return;
    }
    ArrayNode entries = node.putArray(name);
    values.forEach(entries::add);
  }

  private static String text(Instant time) {
    return time == null ? null : time.toString();
  }
}
