package org.sidereus.simulators.command;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Callable;
import org.sidereus.engine.bundle.Parameter;
import org.sidereus.engine.bundle.Role;
import org.sidereus.simulators.cases.ScienceCase;
import org.sidereus.simulators.mock.MockGroup;
import org.sidereus.simulators.model.ForwardModel;
import picocli.CommandLine.Command;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;
import picocli.CommandLine.TypeConversionException;

/** {@code sidereus mock NAME}: a survey of made-up objects of a science case. */
@Command(
    description =
        "Makes a mock survey: objects of groups with known parameters, with noise, in the order of"
            + " their observation.",
    mixinStandardHelpOptions = true)
final class MockCommand implements Callable<Integer> {
  private static final String OBJECTS = "--objects";

  private final ScienceCase science;

  @Option(
      names = "--group",
      required = true,
      paramLabel = "NAME[:VALUE...]",
      converter = GroupConverter.class,
      description =
          "A group by its name and the values of all shared parameters of the simulator, such as"
              + " a:0.1:-2; may be repeated.")
  private List<MockGroup> groups;

  @Option(
      names = OBJECTS,
      required = true,
      paramLabel = "N",
      description = "Number of objects of each group.")
  private int objects;

  @Mixin private MockOptions options;

  @Spec private CommandSpec command;

  MockCommand(ScienceCase science) {
    this.science = science;
  }

  /** Reads NAME or NAME:VALUE:... */
  private static final class GroupConverter implements ITypeConverter<MockGroup> {
    @Override
    public MockGroup convert(String text) {
      String[] parts = text.split(":", -1);
      try {
        return new MockGroup(
            parts[0], Arrays.stream(parts).skip(1).map(Double::parseDouble).toList());
      } catch (IllegalArgumentException e) {
        throw new TypeConversionException(
            "'" + text + "' is not a name and numbers such as a:0.1:-2");
      }
    }
  }

  @Override
  public Integer call() {
    options.check(groups, objects, OBJECTS);
    ForwardModel model = science.model();
    List<String> shared =
        model.parameters().stream()
            .filter(parameter -> parameter.role() == Role.SHARED)
            .map(Parameter::name)
            .toList();
    for (MockGroup group : groups) {
      options.require(
          group.shared().size() == shared.size(),
          "the group %s has %d values, but the shared parameters are %s"
              .formatted(group.name(), group.shared().size(), shared));
    }
    Path out = options.write(model, () -> science.mockErrors(model), groups, objects, "object");
    command
        .commandLine()
        .getOut()
        .printf(
            "%d objects of %d groups, written to %s%n",
            objects * groups.size(), groups.size(), out);
    return 0;
  }
}
