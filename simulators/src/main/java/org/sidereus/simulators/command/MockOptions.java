package org.sidereus.simulators.command;

import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.sidereus.cli.TerminalProgress;
import org.sidereus.engine.Progress;
import org.sidereus.simulators.mock.MockGroup;
import org.sidereus.simulators.mock.MockSurvey;
import org.sidereus.simulators.model.ForwardModel;
import org.sidereus.simulators.sets.SurveyErrors;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The options that every command {@code mock NAME} has, and the survey that they describe. */
public final class MockOptions {
  @Option(names = "--seed", required = true, paramLabel = "S", description = "Seed of all draws.")
  private long seed;

  @Option(
      names = "--noise",
      paramLabel = "SD",
      description =
          "Standard deviation of the noise of each observable, in its unit (default: the errors of"
              + " the case file; 0.05 for a case without one).")
  private @Nullable Double error;

  @Option(
      names = "--start",
      paramLabel = "INSTANT",
      defaultValue = "2026-01-01T00:00:00Z",
      description = "Time of the first observation (default: ${DEFAULT-VALUE}).")
  private Instant start;

  @Option(
      names = "--cadence",
      paramLabel = "SECONDS",
      defaultValue = "30",
      description = "Time between two observations (default: ${DEFAULT-VALUE}).")
  private long intervalSeconds;

  @Option(
      names = "--out",
      required = true,
      paramLabel = "FILE",
      description = "Survey to write, CSV.")
  private Path out;

  @Option(
      names = "--truth-out",
      paramLabel = "FILE",
      description = "True shared parameters of the groups to write, CSV.")
  private @Nullable Path truthOut;

  @Option(
      names = "--local-truth-out",
      paramLabel = "FILE",
      description = "True local parameters of each object to write, CSV.")
  private @Nullable Path localTruthOut;

  @Spec(Spec.Target.MIXEE)
  private CommandSpec command;

  /**
   * Checks the options.
   *
   * @param groups groups that the user asks for
   * @param objects number of objects of each group
   * @param objectsOption the option of this number
   * @throws ParameterException where one is wrong
   */
  public void check(List<MockGroup> groups, int objects, String objectsOption) {
    Set<String> names = new HashSet<>();
    for (MockGroup group : groups) {
      require(names.add(group.name()), "two groups are named " + group.name());
    }
    require(objects >= 1, objectsOption + " must be at least 1 but is " + objects);
    require(
        error == null || (error > 0 && Double.isFinite(error)),
        "--noise must be a number above 0 but is " + error);
    require(intervalSeconds >= 1, "--cadence must be at least 1 but is " + intervalSeconds);
  }

  /**
   * Refuses wrong options.
   *
   * @throws ParameterException with the message where the condition does not hold
   */
  void require(boolean condition, String message) {
    if (!condition) {
      throw new ParameterException(command.commandLine(), message);
    }
  }

  /**
   * Draws a survey and writes its files.
   *
   * @param usual errors of the measurements where the user names none
   * @param groups groups with different names
   * @param objects number of objects of each group, at least 1
   * @param object name of the column of the objects
   * @return the file of the survey
   * @throws org.sidereus.engine.SidereusException if nothing can be observed of a group, or a file
   *     cannot be written
   */
  public Path write(
      ForwardModel model,
      Supplier<SurveyErrors> usual,
      List<MockGroup> groups,
      int objects,
      String object) {
    SurveyErrors errors =
        error == null ? usual.get() : SurveyErrors.same(model.observables().size(), error);
    MockSurvey survey;
    try (Progress progress =
        TerminalProgress.of("drawing objects", (long) objects * groups.size())) {
      survey = MockSurvey.draw(model, groups, objects, errors, seed, progress);
    }
    survey.writeObservations(out, object, start, Duration.ofSeconds(intervalSeconds));
    if (truthOut != null) {
      survey.writeGroupTruths(truthOut);
    }
    if (localTruthOut != null) {
      survey.writeObjectTruths(localTruthOut, object);
    }
    return out;
  }
}
