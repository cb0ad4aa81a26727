package org.sidereus.integration.environment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import de.siegmar.fastcsv.reader.CsvReader;
import de.siegmar.fastcsv.reader.NamedCsvRecord;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.sidereus.schemas.GroupPosterior;
import org.sidereus.schemas.ObjectPosterior;
import org.sidereus.schemas.ParameterPosterior;
import org.sidereus.schemas.SharedParameter;

/**
 * The output of {@code sidereus infer} for a catalogue.
 *
 * @param objects rows of the objects, column to cell, by object
 * @param groups rows of the groups, column to cell, by group
 */
public record OfflineGroups(
    Map<String, Map<String, String>> objects, Map<String, Map<String, String>> groups) {

  /**
   * Infers a catalogue.
   *
   * @param folder for the tables
   * @param options how objects are grouped
   */
  public static OfflineGroups infer(Path catalogue, Path folder, String... options) {
    return infer("gce-tng", catalogue, folder, options);
  }

  /**
   * Infers a catalogue with a bundle.
   *
   * @param bundle name or folder of the bundle
   * @param folder for the tables
   * @param options how objects are grouped
   */
  public static OfflineGroups infer(String bundle, Path catalogue, Path folder, String... options) {
    Path objects = folder.resolve("objects-offline.csv");
    Path groups = folder.resolve("groups-offline.csv");
    String[] command = {
      "infer",
      "--bundle",
      bundle,
      "--in",
      catalogue.toString(),
      "--out",
      objects.toString(),
      "--groups-out",
      groups.toString()
    };
    String[] all = new String[command.length + options.length];
    System.arraycopy(command, 0, all, 0, command.length);
    System.arraycopy(options, 0, all, command.length, options.length);
    CommandRun run = CommandRun.here(all);
    assertThat(run.exitCode()).as("infer: %s", run.err()).isZero();
    return new OfflineGroups(table(objects, "object"), table(groups, "group"));
  }

  private static Map<String, Map<String, String>> table(Path file, String key) {
    Map<String, Map<String, String>> table = new HashMap<>();
    try (CsvReader<NamedCsvRecord> csv = CsvReader.builder().ofNamedCsvRecord(file)) {
      csv.forEach(record -> table.put(record.getField(key), record.getFieldsAsMap()));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return table;
  }

  /** Mean of a shared parameter of a group. */
  public double mean(String group, String parameter) {
    return Double.parseDouble(groups.get(group).get(parameter + "_mean"));
  }

  /** Standard deviation of a shared parameter of a group. */
  public double sd(String group, String parameter) {
    return Double.parseDouble(groups.get(group).get(parameter + "_sd"));
  }

  /** Whether the stream has the same posterior of a group. */
  public boolean agreesWith(GroupPosterior posterior, String group, double tolerance) {
    return posterior.getObjects() == Long.parseLong(groups.get(group).get("n"))
        && posterior.getParameters().stream()
            .allMatch(
                one ->
                    Math.abs(one.getMean() - mean(group, one.getName())) <= tolerance
                        && Math.abs(one.getSd() - sd(group, one.getName())) <= tolerance);
  }

  /** Asserts that the stream has the same posterior of a group. */
  public void assertAgreesWith(GroupPosterior posterior, String group, double tolerance) {
    assertThat(posterior.getObjects()).isEqualTo(Long.parseLong(groups.get(group).get("n")));
    assertThat(posterior.getParameters()).isNotEmpty();
    for (SharedParameter one : posterior.getParameters()) {
      assertThat(one.getMean())
          .as("mean of %s of %s", one.getName(), group)
          .isCloseTo(mean(group, one.getName()), within(tolerance));
      assertThat(one.getSd())
          .as("sd of %s of %s", one.getName(), group)
          .isCloseTo(sd(group, one.getName()), within(tolerance));
    }
  }

  /** Asserts that the stream has the same posterior of an object. */
  public void assertAgreesWith(ObjectPosterior posterior, double tolerance) {
    Map<String, String> row = objects.get(posterior.getObject());
    assertThat(row).as(posterior.getObject()).isNotNull();
    for (ParameterPosterior one : posterior.getParameters()) {
      Map.of(
              "_mean", one.getMean(),
              "_sd", one.getSd(),
              "_q16", one.getQ16(),
              "_q50", one.getQ50(),
              "_q84", one.getQ84())
          .forEach(
              (statistic, value) ->
                  assertThat(value)
                      .as("%s%s of %s", one.getName(), statistic, posterior.getObject())
                      .isCloseTo(
                          Double.parseDouble(row.get(one.getName() + statistic)),
                          within(tolerance)));
    }
  }
}
