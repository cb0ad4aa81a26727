package org.sidereus.catalogs.report;

import org.sidereus.engine.combination.GroupFlag;
import org.sidereus.engine.inference.ObjectFlag;

/** What the flags mean, in a sentence each. */
final class FlagSentences {
  private FlagSentences() {}

  static String sentence(GroupFlag flag) {
    return switch (flag) {
      case HETEROGENEOUS ->
          "the objects scatter more than their posteriors allow; believe the robust posterior";
      case MODEL_MISFIT ->
          "the model does not reproduce what was measured within the errors; believe the robust"
              + " posterior";
      case PRIOR_MISMATCH ->
          "the objects are not drawn from the prior of a local parameter; believe the robust"
              + " posterior";
      case OUT_OF_SUPPORT ->
          "the group is beyond what the bundle was trained for; its posterior is no measurement";
      case UNRELIABLE ->
          "no posterior passes the checks, or more than half of the objects are left out; the"
              + " posterior is no measurement";
      case EMULATOR_ERROR ->
          "the error of the emulator is not small beside the width of the posterior; believe the"
              + " robust posterior";
      case NO_LIKELIHOOD -> "the bundle has no likelihood, so that the errors of the flow add up";
    };
  }

  static String sentence(ObjectFlag flag) {
    return switch (flag) {
      case OUT_OF_SUPPORT -> "a measurement lies outside of what the bundle was trained on";
      case LOW_EFFECTIVE_SAMPLE_SIZE ->
          "too few effective samples to correct the flow by the likelihood";
      case MODEL_MISFIT -> "the model cannot reproduce the measurements within their errors";
      case NO_LIKELIHOOD -> "the bundle has no likelihood, so the posterior is the flow's";
      case OUTSIDE_PRIOR ->
          "samples of the flow are outside of the prior; a correction gives them no weight";
    };
  }
}
