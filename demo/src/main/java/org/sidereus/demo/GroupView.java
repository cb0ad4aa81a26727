package org.sidereus.demo;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.sidereus.schemas.GroupPosterior;
import org.sidereus.schemas.SharedParameter;

/** The newest posterior of each group for all time. For one thread. */
public final class GroupView {
  private final GroupTruthTable truths;
  private final SortedMap<String, GroupPosterior> latest = new TreeMap<>();
  private final ObjectMapper mapper = new ObjectMapper();

  public GroupView(GroupTruthTable truths) {
    this.truths = truths;
  }

  void take(GroupPosterior posterior) {
    if (posterior.getWindowStart() == null) {
      latest.put(posterior.getGroup(), posterior);
    }
  }

  public SortedMap<String, GroupPosterior> latest() {
    return latest;
  }

  Map<String, Double> truth(String group) {
    return truths.of(group);
  }

  /** Number of objects in all groups. */
  long objects() {
    return latest.values().stream().mapToLong(GroupPosterior::getObjects).sum();
  }

  /** A group as one line of JSON. */
  public String json(GroupPosterior posterior) {
    ObjectNode node =
        mapper
            .createObjectNode()
            .put("group", posterior.getGroup())
            .put("n", posterior.getObjects());
    ObjectNode mean = node.putObject("mean");
    ObjectNode sd = node.putObject("sd");
    for (SharedParameter one : posterior.getParameters()) {
      mean.put(one.getName(), one.getMean());
      sd.put(one.getName(), one.getSd());
    }
    ObjectNode truth = node.putObject("truth");
    truths.of(posterior.getGroup()).forEach(truth::put);
    ObjectNode robustSd = node.putObject("robust_sd");
    posterior.getParameters().forEach(p -> robustSd.put(p.getName(), p.getRobustSd()));
    node.put("heterogeneity_p_value", posterior.getHeterogeneityPValue());
    node.put("misfit_p_value", posterior.getMisfitPValue());
    ArrayNode flags = node.putArray("flags");
    posterior.getFlags().forEach(flags::add);
    node.put("combined", posterior.getCombined());
    node.put("left_out", posterior.getLeftOut());
    ObjectNode byFlag = node.putObject("left_out_by_flag");
    posterior.getLeftOutByFlag().forEach(one -> byFlag.put(one.getFlag(), one.getObjects()));
    return node.toString();
  }
}
