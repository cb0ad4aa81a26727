package org.sidereus.simulators.command;

import java.util.Optional;
import java.util.stream.Stream;
import org.sidereus.simulators.cases.ScienceCase;
import org.sidereus.simulators.cases.ScienceCases;
import picocli.CommandLine.IModelTransformer;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;

/**
 * Gives the option {@code --inputs} of a command also the names that the science cases have for the
 * folder of their files.
 */
public final class InputsOption implements IModelTransformer {
  /** The general name. */
  public static final String NAME = "--inputs";

  @Override
  public CommandSpec transform(CommandSpec spec) {
    OptionSpec general = spec.findOption(NAME);
    String[] names =
        Stream.concat(
                Stream.of(NAME),
                ScienceCases.all().stream()
                    .map(ScienceCase::inputsOption)
                    .flatMap(Optional::stream))
            .distinct()
            .toArray(String[]::new);
    spec.remove(general);
    spec.addOption(OptionSpec.builder(general).names(names).build());
    return spec;
  }
}
