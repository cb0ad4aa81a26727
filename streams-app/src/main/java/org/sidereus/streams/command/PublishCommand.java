package org.sidereus.streams.command;

import java.util.Optional;
import java.util.concurrent.Callable;
import org.sidereus.cli.TerminalProgress;
import org.sidereus.engine.Progress;
import org.sidereus.streams.catalog.ObservationCatalog;
import org.sidereus.streams.catalog.ObservationPublisher;
import org.sidereus.streams.catalog.Replay;
import org.sidereus.streams.config.ServiceConfig;
import org.sidereus.streams.service.RegistryPreparation;
import org.sidereus.streams.service.TopicPreparation;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code sidereus publish}: a catalogue as observations. */
@Command(
    description = {
      "Each row is an observation. Publishes at full speed and without a marker at the end.",
      "",
      "The catalogue is read as by 'sidereus infer'. By default its groups are the column 'group';"
          + " without that column all objects are in one group with the name of the file. A broken"
          + " row stops the command before anything is published.",
      ""
    },
    mixinStandardHelpOptions = true)
final class PublishCommand implements Callable<Integer> {
  @Mixin private ConfigOptions options = new ConfigOptions();
  @Mixin private InputOptions input = new InputOptions();

  @Spec private CommandSpec spec;

  @Override
  public Integer call() {
    ServiceConfig config = options.load();
    ObservationCatalog catalog = input.catalog(config);
    ObservationCatalog.Outline outline = input.outline(catalog);
    new TopicPreparation(config).prepare();
    try (ObservationPublisher publisher =
            new ObservationPublisher(config, RegistryPreparation.serdes(config));
        Progress progress = TerminalProgress.of("publish", outline.rows())) {
      new Replay(catalog, 0, Optional.empty())
          .run(outline, publisher, count -> progress.advance(1));
    }
    spec.commandLine()
        .getOut()
        .printf(
            "%d observations published to %s%n", outline.rows(), config.topics().observations());
    outline.reasons().forEach(spec.commandLine().getOut()::println);
    spec.commandLine().getOut().flush();
    return 0;
  }
}
