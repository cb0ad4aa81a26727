package org.sidereus.validation.command;

import java.util.stream.Stream;
import org.sidereus.simulators.cases.ScienceCase;
import org.sidereus.simulators.cases.ScienceCases;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;

/** Gives {@code --inputs} the names that the science cases use for it, such as {@code --yields}. */
final class InputsOption implements CommandLine.IModelTransformer {
  private static final String NAME = "--inputs";

  @Override
  public CommandSpec transform(CommandSpec spec) {
    OptionSpec general = spec.findOption(NAME);
    String[] names =
        Stream.concat(Stream.of(NAME), ScienceCases.all().stream().map(ScienceCase::inputsOption))
            .distinct()
            .toArray(String[]::new);
    spec.remove(general);
    spec.addOption(OptionSpec.builder(general).names(names).build());
    return spec;
  }
}
