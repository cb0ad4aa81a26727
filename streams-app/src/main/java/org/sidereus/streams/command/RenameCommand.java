package org.sidereus.streams.command;

import java.util.concurrent.Callable;
import org.sidereus.streams.catalog.ObservationPublisher;
import org.sidereus.streams.config.ServiceConfig;
import org.sidereus.streams.service.RegistryPreparation;
import org.sidereus.streams.service.TopicPreparation;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code sidereus groups rename}: another name for a group. */
@Command(
    description = {
      "Publishes the rename to the topic of the observations. The objects of the group move to the"
          + " new name, and observations that still name the old one count there. If there is a"
          + " group of the new name, it takes the objects in. Windows that have closed keep the old"
          + " name.",
      "",
      "To go back, rename the group again.",
      ""
    },
    mixinStandardHelpOptions = true)
final class RenameCommand implements Callable<Integer> {
  @Mixin private ConfigOptions options = new ConfigOptions();

  @Parameters(index = "0", paramLabel = "OLD", description = "Name of the group.")
  private String oldName;

  @Parameters(index = "1", paramLabel = "NEW", description = "Its new name.")
  private String newName;

  @Spec private CommandSpec spec;

  @Override
  public Integer call() {
    if (oldName.isBlank() || newName.isBlank() || oldName.equals(newName)) {
      throw new ParameterException(
          spec.commandLine(),
          "'%s' cannot be renamed to '%s'; give two different names".formatted(oldName, newName));
    }
    ServiceConfig config = options.load();
    new TopicPreparation(config).require(config.topics().observations());
    try (ObservationPublisher publisher =
        new ObservationPublisher(config, RegistryPreparation.serdes(config))) {
      publisher.publishRename(oldName, newName);
    }
    spec.commandLine()
        .getOut()
        .printf(
            "group '%s' is renamed to '%s' by an event in %s%n",
            oldName, newName, config.topics().observations());
    spec.commandLine().getOut().flush();
    return 0;
  }
}
