package org.sidereus.simulators.gce.command;

import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.sidereus.simulators.command.MockOptions;
import org.sidereus.simulators.mock.MockGroup;
import org.sidereus.simulators.model.ForwardModel;
import org.sidereus.simulators.sets.SurveyErrors;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;
import picocli.CommandLine.TypeConversionException;

/** {@code sidereus mock gce}: a survey of stars of made-up galaxies. */
@Command(
    name = "gce",
    description =
        "Makes a mock survey: stars of galaxies with known parameters, with noise, in the order of"
            + " their observation.",
    mixinStandardHelpOptions = true)
final class MockGceCommand implements Callable<Integer> {
  private static final String STARS = "--stars";

  @Mixin private GceOptions options;

  @ArgGroup(multiplicity = "1")
  private Galaxies galaxies;

  @Option(
      names = STARS,
      required = true,
      paramLabel = "N",
      description = "Number of stars of each galaxy.")
  private int stars;

  @Mixin private MockOptions mock;

  @Spec private CommandSpec command;

  /** One galaxy by its options, or several in short. */
  private static final class Galaxies {
    @ArgGroup(exclusive = false)
    private @Nullable OneGalaxy one;

    @Option(
        names = "--galaxy",
        required = true,
        paramLabel = "NAME:ALPHA:LOGNIA",
        converter = GalaxyConverter.class,
        description = "A galaxy by its name, alpha_IMF and log10_N_Ia; may be repeated.")
    private List<MockGroup> several;

    List<MockGroup> all() {
      return one == null
          ? several
          : List.of(new MockGroup(one.group, List.of(one.alphaImf, one.log10NIa)));
    }
  }

  private static final class OneGalaxy {
    @Option(
        names = "--group",
        required = true,
        paramLabel = "NAME",
        description = "Name of the galaxy.")
    private String group;

    @Option(
        names = "--alpha-imf",
        required = true,
        paramLabel = "X",
        description = "Its slope of the initial mass function.")
    private double alphaImf;

    @Option(
        names = "--log10-n-ia",
        required = true,
        paramLabel = "Y",
        description = "Its log10 number of supernovae Ia per Msun.")
    private double log10NIa;
  }

  /** Reads NAME:ALPHA:LOGNIA. */
  private static final class GalaxyConverter implements ITypeConverter<MockGroup> {
    @Override
    public MockGroup convert(String text) {
      String[] parts = text.split(":", -1);
      if (parts.length != 3) {
        throw new TypeConversionException("'" + text + "' is not NAME:ALPHA:LOGNIA");
      }
      try {
        return new MockGroup(
            parts[0], List.of(Double.parseDouble(parts[1]), Double.parseDouble(parts[2])));
      } catch (IllegalArgumentException e) {
        throw new TypeConversionException(
            "'" + text + "' is not NAME:ALPHA:LOGNIA with two numbers such as a:-2.3:-2.89");
      }
    }
  }

  @Override
  public Integer call() {
    List<MockGroup> all = galaxies.all();
    mock.check(all, stars, STARS);
    ForwardModel model = options.model();
    Path out = mock.write(model, () -> SurveyErrors.usual(model), all, stars, "star");
    command
        .commandLine()
        .getOut()
        .println(stars * all.size() + " stars of " + all.size() + " galaxies, written to " + out);
    return 0;
  }
}
