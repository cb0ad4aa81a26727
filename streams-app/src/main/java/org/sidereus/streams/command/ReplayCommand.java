package org.sidereus.streams.command;

import java.time.Duration;
import java.time.Instant;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.sidereus.cli.TerminalProgress;
import org.sidereus.engine.Progress;
import org.sidereus.engine.SidereusException;
import org.sidereus.streams.catalog.ObservationCatalog;
import org.sidereus.streams.catalog.ObservationPublisher;
import org.sidereus.streams.catalog.Replay;
import org.sidereus.streams.config.Durations;
import org.sidereus.streams.config.ServiceConfig;
import org.sidereus.streams.service.RegistryPreparation;
import org.sidereus.streams.service.TopicPreparation;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code sidereus replay}: a catalogue as a survey with a beginning and an end. */
@Command(
    description = {
      "The order is that of the times. A replay can be repeated: each observation replaces the"
          + " earlier one.",
      "",
      "The catalogue is read as by 'sidereus publish'.",
      ""
    },
    mixinStandardHelpOptions = true)
final class ReplayCommand implements Callable<Integer> {
  @Mixin private ConfigOptions options = new ConfigOptions();
  @Mixin private InputOptions input = new InputOptions();

  @Option(
      names = "--rate",
      paramLabel = "N",
      defaultValue = "0",
      description = "Observations per second; 0: full speed (default: 0).")
  private double rate;

  @Option(
      names = "--end-after",
      paramLabel = "D",
      converter = CatalogOptions.DurationConverter.class,
      description =
          "How long after the last observation the survey ends: windows that end by then close"
              + " (default: window.size of the configuration).")
  private @Nullable Duration endAfter;

  @Option(names = "--no-end", description = "Publish no marker at the end.")
  private boolean noEnd;

  @Spec private CommandSpec spec;

  @Override
  public Integer call() {
    if (!(rate >= 0) || Double.isInfinite(rate)) {
      throw new ParameterException(
          spec.commandLine(), "--rate must be a number that is not negative but is " + rate);
    }
    ServiceConfig config = options.load();
    ObservationCatalog catalog = input.catalog(config);
    ObservationCatalog.Outline outline = input.outline(catalog);
    InputOptions.warnOfMoves(outline, config, spec.commandLine().getErr());
    new TopicPreparation(config).require(config.topics().observations());
    Optional<Duration> end =
        noEnd
            ? Optional.empty()
            : Optional.of(endAfter == null ? config.groups().windowSize() : endAfter);
    check(outline, end, config);
    long startNs = System.nanoTime();
    try (ObservationPublisher publisher =
            new ObservationPublisher(config, RegistryPreparation.serdes(config));
        Progress progress = TerminalProgress.of("replay", outline.rows())) {
      new Replay(catalog, rate, end).run(outline, publisher, count -> progress.advance(1));
    }
    double seconds = (System.nanoTime() - startNs) * 1e-9;
    spec.commandLine()
        .getOut()
        .printf(
            Locale.ROOT,
            "%d observations replayed to %s in %.1f s%s%n",
            outline.rows(),
            config.topics().observations(),
            seconds,
            outline.latest().isPresent() ? "" : PublishCommand.UNDATED);
    outline.reasons().forEach(spec.commandLine().getOut()::println);
    spec.commandLine().getOut().flush();
    return 0;
  }

  /** The service would reject a marker that is farther ahead. */
  private static void check(
      ObservationCatalog.Outline outline, Optional<Duration> endAfter, ServiceConfig config) {
    if (endAfter.isEmpty() || outline.latest().isEmpty()) {
      return;
    }
    Instant end = outline.latest().get().plus(endAfter.get());
    Duration most = config.intake().maxAhead().plus(config.groups().windowSize());
    if (end.isAfter(Instant.now().plus(most))) {
      throw new SidereusException(
          "the survey would end at %s, which is more than %s ahead of the clock (observation.max.ahead and window.size); give a smaller --end-after or --no-end, or raise observation.max.ahead here and at the service"
              .formatted(end, Durations.format(most)));
    }
  }
}
