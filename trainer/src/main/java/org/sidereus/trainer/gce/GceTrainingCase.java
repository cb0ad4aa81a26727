package org.sidereus.trainer.gce;

import java.util.Map;
import org.sidereus.trainer.ForwardModel;
import org.sidereus.trainer.TrainingCase;
import picocli.CommandLine.Mixin;

/** Training for stellar abundances: {@code sidereus train gce}. */
public final class GceTrainingCase implements TrainingCase {
  @Mixin private GceOptions options;

  @Override
  public String name() {
    return "gce";
  }

  @Override
  public String description() {
    return "Chemical evolution of a galaxy from the abundances of its stars.";
  }

  @Override
  public ForwardModel model() {
    return options.model();
  }

  @Override
  public Map<String, Object> provenance() {
    return options.provenance();
  }
}
