package org.sidereus.simulators.command;

import java.lang.annotation.Annotation;
import java.lang.reflect.Field;
import java.util.Arrays;
import org.sidereus.simulators.cases.ScienceCase;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;

/** A command that has the options of a science case beside its own. */
public final class CaseOptions {
  /** Name of the mixin with the options of the case; a case without options has none. */
  public static final String MIXIN = "science";

  private CaseOptions() {}

  /**
   * The command {@code NAME} for a case.
   *
   * @param command the command that all cases have
   * @param science the case; its fields hold the values of its options
   */
  public static CommandLine command(Object command, ScienceCase science) {
    return command(command, science.name(), science);
  }

  /** The same with another name than that of the case. */
  static CommandLine command(Object command, String name, ScienceCase science) {
    CommandSpec spec = CommandSpec.forAnnotatedObject(command);
    spec.name(name);
    if (hasOptions(science)) {
      spec.addMixin(MIXIN, CommandSpec.forAnnotatedObject(science));
    }
    return new CommandLine(spec);
  }

  private static boolean hasOptions(ScienceCase science) {
    return Arrays.stream(science.getClass().getDeclaredFields())
        .map(Field::getAnnotations)
        .flatMap(Arrays::stream)
        .map(Annotation::annotationType)
        .anyMatch(type -> type.getName().startsWith("picocli."));
  }
}
