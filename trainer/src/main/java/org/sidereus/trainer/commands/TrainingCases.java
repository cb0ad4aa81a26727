package org.sidereus.trainer.commands;

import java.util.List;
import java.util.ServiceLoader;
import org.sidereus.command.UserError;
import org.sidereus.trainer.TrainingCase;

/** The science cases on the class path. */
final class TrainingCases {
  private TrainingCases() {}

  /**
   * A case by its name.
   *
   * @throws UserError if there is none
   */
  static TrainingCase named(String name) {
    List<TrainingCase> all =
        ServiceLoader.load(TrainingCase.class).stream().map(ServiceLoader.Provider::get).toList();
    return all.stream()
        .filter(one -> one.name().equals(name))
        .findFirst()
        .orElseThrow(
            () ->
                new UserError(
                    "there is no science case "
                        + name
                        + "; there are "
                        + String.join(", ", all.stream().map(TrainingCase::name).toList())));
  }
}
