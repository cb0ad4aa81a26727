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
import picocli.CommandLine.Option;
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
  /** Said of a catalogue without times. */
  static final String UNDATED =
      "; they have no times and are in no window (--time-column, --start-time)";

  @Mixin private ConfigOptions options = new ConfigOptions();
  @Mixin private InputOptions input = new InputOptions();

  @Option(
      names = "--withdraw",
      description =
          "Withdraw the objects of the catalogue: they leave their groups, with their visits and"
              + " posteriors.")
  private boolean withdraw;

  @Spec private CommandSpec spec;

  @Override
  public Integer call() {
    ServiceConfig config = options.load();
    ObservationCatalog catalog =
        withdraw ? input.catalog(config).withdrawals() : input.catalog(config);
    ObservationCatalog.Outline outline = input.outline(catalog);
    InputOptions.warnOfMoves(outline, config, spec.commandLine().getErr());
    new TopicPreparation(config).require(config.topics().observations());
    try (ObservationPublisher publisher =
            new ObservationPublisher(config, RegistryPreparation.serdes(config));
        Progress progress = TerminalProgress.of("publish", outline.rows())) {
      new Replay(catalog, 0, Optional.empty())
          .run(outline, publisher, count -> progress.advance(1));
    }
    spec.commandLine()
        .getOut()
        .printf(
            "%d %s published to %s%s%n",
            outline.rows(),
            withdraw ? "withdrawals" : "observations",
            config.topics().observations(),
            withdraw || outline.latest().isPresent() ? "" : UNDATED);
    if (!withdraw) {
      outline.reasons().forEach(spec.commandLine().getOut()::println);
    }
    spec.commandLine().getOut().flush();
    return 0;
  }
}
