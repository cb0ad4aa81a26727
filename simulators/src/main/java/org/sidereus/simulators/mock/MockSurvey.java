package org.sidereus.simulators.mock;

import de.siegmar.fastcsv.writer.CsvWriter;
import de.siegmar.fastcsv.writer.LineDelimiter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.SplittableRandom;
import java.util.function.IntFunction;
import org.sidereus.engine.Progress;
import org.sidereus.engine.SidereusException;
import org.sidereus.engine.bundle.Covariate;
import org.sidereus.engine.bundle.Parameter;
import org.sidereus.engine.bundle.Role;
import org.sidereus.simulators.model.ForwardModel;
import org.sidereus.simulators.sets.SurveyErrors;

/**
 * A survey of made-up groups of objects with known parameters, and its files. The groups take
 * turns, one observation after the other.
 */
public final class MockSurvey {
  private static final int FEWEST_DECIMALS = 4;

  private final ForwardModel model;
  private final List<MockGroup> groups;
  private final List<MockObject[]> drawn;

  private MockSurvey(ForwardModel model, List<MockGroup> groups, List<MockObject[]> drawn) {
    this.model = model;
    this.groups = groups;
    this.drawn = drawn;
  }

  /**
   * Draws the objects.
   *
   * @param model the simulator
   * @param groups groups with different names, each with all shared parameters of the model
   * @param objects number of objects of each group, at least 1
   * @param errors of the measurements of each object
   * @param seed seed of all draws
   * @param progress is advanced by the number of objects
   * @throws SidereusException if nothing can be observed of a group
   */
  public static MockSurvey draw(
      ForwardModel model,
      List<MockGroup> groups,
      int objects,
      SurveyErrors errors,
      long seed,
      Progress progress) {
    SplittableRandom random = new SplittableRandom(seed);
    List<MockObject[]> drawn = new ArrayList<>();
    for (MockGroup group : groups) {
      // one generator for each group: the objects of one do not change those of the next
      drawn.add(group.objects(model, objects, errors, random.split()));
      progress.advance(objects);
    }
    return new MockSurvey(model, List.copyOf(groups), drawn);
  }

  /**
   * Writes the observations: object, group, time, observables, their errors, covariates.
   *
   * @param file CSV file to write
   * @param object name of the column of the objects
   * @param start time of the first observation
   * @param interval time between two observations
   * @throws SidereusException if the file cannot be written
   */
  public void writeObservations(Path file, String object, Instant start, Duration interval) {
    List<String> header = new ArrayList<>(List.of(object, "group", "time"));
    model.observables().forEach(o -> header.add(o.name()));
    model.observables().forEach(o -> header.add(o.name() + "_err"));
    model.covariates().stream().map(Covariate::name).forEach(header::add);
    String[] formats = new String[model.observables().size()];
    for (int i = 0; i < formats.length; i++) {
      formats[i] = "%." + decimals(i) + "f";
    }
    writeObjects(
        file,
        header,
        (row, at, one) -> {
          row.add(start.plus(interval.multipliedBy(at)).toString());
          for (int i = 0; i < formats.length; i++) {
            row.add(String.format(Locale.ROOT, formats[i], one.observed()[i]));
          }
          for (double error : one.errors()) {
            row.add(Double.toString(error));
          }
          for (int i = model.parameters().size(); i < one.inputs().length; i++) {
            row.add(Double.toString(one.inputs()[i]));
          }
        });
  }

  /** Enough that rounding is small beside the noise. */
  private int decimals(int observable) {
    double smallest =
        drawn.stream()
            .flatMap(Arrays::stream)
            .mapToDouble(one -> one.errors()[observable])
            .min()
            .orElseThrow();
    return Math.max(FEWEST_DECIMALS, 2 + (int) Math.ceil(-Math.log10(smallest)));
  }

  /**
   * Writes the true shared parameters of the groups.
   *
   * @param file CSV file to write
   * @throws SidereusException if the file cannot be written
   */
  public void writeGroupTruths(Path file) {
    List<String> header = new ArrayList<>(List.of("group"));
    model.parameters().stream()
        .filter(parameter -> parameter.role() == Role.SHARED)
        .forEach(parameter -> header.add(parameter.name()));
    write(
        file,
        header,
        groups.size(),
        g -> {
          List<String> row = new ArrayList<>(List.of(groups.get(g).name()));
          groups.get(g).shared().forEach(value -> row.add(value.toString()));
          return row;
        });
  }

  /**
   * Writes the true local parameters of the objects.
   *
   * @param file CSV file to write
   * @param object name of the column of the objects
   * @throws SidereusException if the file cannot be written
   */
  public void writeObjectTruths(Path file, String object) {
    List<Parameter> parameters = model.parameters();
    List<String> header = new ArrayList<>(List.of(object, "group"));
    parameters.stream().filter(p -> p.role() == Role.LOCAL).forEach(p -> header.add(p.name()));
    writeObjects(
        file,
        header,
        (row, at, one) -> {
          for (int p = 0; p < parameters.size(); p++) {
            if (parameters.get(p).role() == Role.LOCAL) {
              row.add(String.format(Locale.ROOT, "%.6f", one.inputs()[p]));
            }
          }
        });
  }

  @FunctionalInterface
  private interface CellWriter {
    /** Adds the cells of an object at a place of the survey to those of its name and group. */
    void add(List<String> row, int at, MockObject one);
  }

  private void writeObjects(Path file, List<String> header, CellWriter cells) {
    write(
        file,
        header,
        groups.size() * drawn.get(0).length,
        at -> {
          int g = at % groups.size();
          int i = at / groups.size();
          String group = groups.get(g).name();
          List<String> row = new ArrayList<>();
          row.add(String.format(Locale.ROOT, "%s-%04d", group, i + 1));
          row.add(group);
          cells.add(row, at, drawn.get(g)[i]);
          return row;
        });
  }

  private static void write(
      Path file, List<String> header, int rows, IntFunction<List<String>> row) {
    try {
      Path folder = file.toAbsolutePath().getParent();
      if (folder != null) {
        Files.createDirectories(folder);
      }
      try (CsvWriter writer = CsvWriter.builder().lineDelimiter(LineDelimiter.LF).build(file)) {
        writer.writeRecord(header);
        for (int i = 0; i < rows; i++) {
          writer.writeRecord(row.apply(i));
        }
      }
    } catch (IOException e) {
      throw new SidereusException(
          "file %s cannot be written: %s; choose another"
              .formatted(file, SidereusException.reason(e)),
          e);
    }
  }
}
