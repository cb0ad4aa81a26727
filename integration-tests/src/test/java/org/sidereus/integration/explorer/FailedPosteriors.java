package org.sidereus.integration.explorer;

import java.util.Collections;
import java.util.List;
import org.sidereus.schemas.GroupPosterior;
import org.sidereus.schemas.ObjectPosterior;
import org.sidereus.schemas.ParameterPosterior;
import org.sidereus.schemas.SharedParameter;

/** Posteriors with numbers that are not finite, as of an inference that went wrong. */
final class FailedPosteriors {
  /** The group, and the beginning of its objects' names. */
  static final String GROUP = "not-finite";

  /** An object that its survey has withdrawn. */
  static final String WITHDRAWN = "withdrawn";

  private FailedPosteriors() {}

  static List<GroupPosterior> groups() {
    SharedParameter slope = UncommonPosteriors.parameter("slope", "", Double.NaN, 1);
    SharedParameter age = UncommonPosteriors.parameter("age", "Gyr", 7, 0.5);
    slope.setSd(Double.POSITIVE_INFINITY);
    GroupPosterior failed =
        UncommonPosteriors.group(GROUP, "two-parameters", List.of(slope, age), 3)
            .setCovariance(List.of(Double.NaN, Double.NaN, Double.NaN, 0.25))
            .setLogEvidence(Double.NEGATIVE_INFINITY)
            .build();
    GroupPosterior still =
        UncommonPosteriors.group(
                "no-width",
                "two-parameters",
                List.of(
                    UncommonPosteriors.parameter("slope", "", -2, 0.5),
                    UncommonPosteriors.parameter("age", "Gyr", 7, 0.5)),
                3)
            .build();
    still.getParameters().forEach(one -> one.setSd(0));
    still.setCovariance(Collections.nCopies(4, 0.0));
    return List.of(failed, still);
  }

  static List<ObjectPosterior> objects() {
    ObjectPosterior failed = sound(GROUP + "-1");
    failed.setPValue(Double.NaN);
    failed.setChiSquare(Double.POSITIVE_INFINITY);
    ParameterPosterior first = failed.getParameters().get(0);
    first.setMean(Double.NaN);
    first.setSd(Double.NaN);
    failed.getParameters().get(1).setSd(Double.POSITIVE_INFINITY);
    ObjectPosterior half = sound(GROUP + "-2");
    half.getParameters().get(0).setSd(Double.POSITIVE_INFINITY);
    ObjectPosterior withdrawn = sound(WITHDRAWN);
    withdrawn.setParameters(List.of());
    withdrawn.setCovariance(List.of());
    withdrawn.setFlags(List.of("WITHDRAWN"));
    // the withdrawn object is the first of the group
    return List.of(withdrawn, failed, half, sound(GROUP + "-3"));
  }

  private static ObjectPosterior sound(String name) {
    ObjectPosterior posterior =
        UncommonPosteriors.object(name, GROUP, "two-parameters", 2, List.of());
    posterior.setSurvey("failed");
    posterior.getParameters().get(0).setMean(-2);
    posterior.getParameters().get(1).setMean(7);
    return posterior;
  }
}
