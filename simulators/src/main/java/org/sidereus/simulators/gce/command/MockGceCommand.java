package org.sidereus.simulators.gce.command;

import de.siegmar.fastcsv.writer.CsvWriter;
import de.siegmar.fastcsv.writer.LineDelimiter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.Callable;
import org.sidereus.cli.TerminalProgress;
import org.sidereus.engine.Progress;
import org.sidereus.engine.SidereusException;
import org.sidereus.engine.bundle.Parameter;
import org.sidereus.engine.bundle.Role;
import org.sidereus.simulators.gce.GceModel;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;
import picocli.CommandLine.TypeConversionException;

/** {@code sidereus mock gce}: a survey of made-up galaxies. */
@Command(
    name = "gce",
    description =
        "A mock survey: stars of galaxies with known parameters, with noise, in the order of their"
            + " observation.",
    mixinStandardHelpOptions = true)
final class MockGceCommand implements Callable<Integer> {
  @Mixin private GceOptions options;

  @ArgGroup(multiplicity = "1")
  private Galaxies galaxies;

  @Option(
      names = "--stars",
      required = true,
      paramLabel = "N",
      description = "Number of stars of each galaxy.")
  private int stars;

  @Option(names = "--seed", required = true, paramLabel = "S", description = "Seed of all draws.")
  private long seed;

  @Option(
      names = "--noise",
      paramLabel = "DEX",
      defaultValue = "0.05",
      description =
          "Standard deviation of the noise of each abundance (default: ${DEFAULT-VALUE}).")
  private double noiseDex;

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
  private long cadenceSeconds;

  @Option(
      names = "--out",
      required = true,
      paramLabel = "FILE",
      description = "Survey to write, CSV.")
  private Path out;

  @Option(
      names = "--truth-out",
      paramLabel = "FILE",
      description = "True parameters of the galaxies to write, CSV.")
  private Path truthOut;

  @Option(
      names = "--local-truth-out",
      paramLabel = "FILE",
      description = "True parameters of each star to write, CSV.")
  private Path localTruthOut;

  @Spec private CommandSpec command;

  /** One galaxy by its options, or several in short. */
  private static final class Galaxies {
    @ArgGroup(exclusive = false)
    private OneGalaxy one;

    @Option(
        names = "--galaxy",
        required = true,
        paramLabel = "NAME:ALPHA:LOGNIA",
        converter = GalaxyConverter.class,
        description = "A galaxy by its name, alpha_IMF and log10_N_Ia; may be repeated.")
    private List<MockGalaxy> several;

    List<MockGalaxy> all() {
      return one != null ? List.of(new MockGalaxy(one.group, one.alphaImf, one.log10NIa)) : several;
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
  private static final class GalaxyConverter implements ITypeConverter<MockGalaxy> {
    @Override
    public MockGalaxy convert(String text) {
      String[] parts = text.split(":", -1);
      if (parts.length != 3) {
        throw new TypeConversionException("'" + text + "' is not NAME:ALPHA:LOGNIA");
      }
      try {
        return new MockGalaxy(parts[0], Double.parseDouble(parts[1]), Double.parseDouble(parts[2]));
      } catch (IllegalArgumentException e) {
        throw new TypeConversionException(
            "'" + text + "' is not NAME:ALPHA:LOGNIA with two numbers such as a:-2.3:-2.89");
      }
    }
  }

  @Override
  public Integer call() {
    List<MockGalaxy> all = galaxies.all();
    check(all);
    GceModel model = options.model();
    List<MockGalaxy.Star[]> drawn = new ArrayList<>();
    SplittableRandom random = new SplittableRandom(seed);
    try (Progress progress = TerminalProgress.of("drawing stars", (long) stars * all.size())) {
      for (MockGalaxy galaxy : all) {
        // one generator per galaxy: the stars of one do not change those of the next
        drawn.add(galaxy.stars(model, stars, noiseDex, random.split()));
        progress.advance(stars);
      }
    }
    write(out, "--out", writer -> writeSurvey(writer, model, all, drawn));
    if (truthOut != null) {
      write(truthOut, "--truth-out", writer -> writeTruth(writer, all));
    }
    if (localTruthOut != null) {
      write(localTruthOut, "--local-truth-out", w -> writeLocalTruth(w, model, all, drawn));
    }
    command
        .commandLine()
        .getOut()
        .println(stars * all.size() + " stars of " + all.size() + " galaxies, written to " + out);
    return 0;
  }

  private void check(List<MockGalaxy> all) {
    Set<String> names = new HashSet<>();
    for (MockGalaxy galaxy : all) {
      if (!names.add(galaxy.name())) {
        throw wrong("two galaxies are named " + galaxy.name());
      }
    }
    if (stars < 1) {
      throw wrong("--stars must be at least 1 but is " + stars);
    }
    if (!(noiseDex > 0 && Double.isFinite(noiseDex))) {
      throw wrong("--noise must be a number above 0 but is " + noiseDex);
    }
    if (cadenceSeconds < 1) {
      throw wrong("--cadence must be at least 1 but is " + cadenceSeconds);
    }
  }

  private ParameterException wrong(String message) {
    return new ParameterException(command.commandLine(), message);
  }

  /** The galaxies take turns, one observation after the other. */
  private void writeSurvey(
      CsvWriter writer, GceModel model, List<MockGalaxy> all, List<MockGalaxy.Star[]> drawn) {
    List<String> header = new ArrayList<>(List.of("star", "group", "time"));
    model.observables().forEach(o -> header.add(o.name()));
    model.observables().forEach(o -> header.add(o.name() + "_err"));
    writer.writeRecord(header);
    Instant time = start;
    String error = Double.toString(noiseDex);
    for (int i = 0; i < stars; i++) {
      for (int g = 0; g < all.size(); g++) {
        List<String> row = new ArrayList<>();
        row.add(starName(all.get(g), i));
        row.add(all.get(g).name());
        row.add(time.toString());
        for (double value : drawn.get(g)[i].observed()) {
          row.add(String.format(Locale.ROOT, "%.4f", value));
        }
        model.observables().forEach(o -> row.add(error));
        writer.writeRecord(row);
        time = time.plus(Duration.ofSeconds(cadenceSeconds));
      }
    }
  }

  private static void writeTruth(CsvWriter writer, List<MockGalaxy> all) {
    writer.writeRecord("group", GceModel.ALPHA_IMF, GceModel.LOG10_N_IA);
    for (MockGalaxy galaxy : all) {
      writer.writeRecord(
          galaxy.name(), Double.toString(galaxy.alphaImf()), Double.toString(galaxy.log10NIa()));
    }
  }

  private void writeLocalTruth(
      CsvWriter writer, GceModel model, List<MockGalaxy> all, List<MockGalaxy.Star[]> drawn) {
    List<Parameter> parameters = model.parameters();
    List<String> header = new ArrayList<>(List.of("star", "group"));
    parameters.stream().filter(p -> p.role() == Role.LOCAL).forEach(p -> header.add(p.name()));
    writer.writeRecord(header);
    for (int i = 0; i < stars; i++) {
      for (int g = 0; g < all.size(); g++) {
        List<String> row = new ArrayList<>();
        row.add(starName(all.get(g), i));
        row.add(all.get(g).name());
        for (int p = 0; p < parameters.size(); p++) {
          if (parameters.get(p).role() == Role.LOCAL) {
            row.add(String.format(Locale.ROOT, "%.6f", drawn.get(g)[i].theta()[p]));
          }
        }
        writer.writeRecord(row);
      }
    }
  }

  private static String starName(MockGalaxy galaxy, int i) {
    return String.format(Locale.ROOT, "%s-%04d", galaxy.name(), i + 1);
  }

  private static void write(Path path, String option, Content content) {
    try {
      Path folder = path.toAbsolutePath().getParent();
      if (folder != null) {
        Files.createDirectories(folder);
      }
      try (CsvWriter writer = CsvWriter.builder().lineDelimiter(LineDelimiter.LF).build(path)) {
        content.write(writer);
      }
    } catch (IOException e) {
      throw new SidereusException(
          "file " + path + " cannot be written; choose another " + option, e);
    }
  }

  @FunctionalInterface
  private interface Content {
    void write(CsvWriter writer) throws IOException;
  }
}
