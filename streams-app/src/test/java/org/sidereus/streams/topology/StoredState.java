package org.sidereus.streams.topology;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** The files of {@code src/test/resources/state}. */
final class StoredState {
  private StoredState() {}

  /**
   * A record of an internal topic of release 0.1.0.
   *
   * @param topic name without the application.id
   */
  record OldRecord(String topic, byte[] key, byte[] value) {}

  static Path folder(String version) {
    return Path.of(
        System.getProperty("sidereus.home"), "streams-app/src/test/resources/state", version);
  }

  /** Samples of a format, by name. */
  static Map<String, byte[]> samples(String version) {
    Map<String, byte[]> samples = new TreeMap<>();
    for (String[] columns : lines(folder(version).resolve("samples.tsv"))) {
      samples.put(columns[0], HexFormat.of().parseHex(columns[1]));
    }
    return samples;
  }

  static List<OldRecord> withoutFormat() {
    return lines(folder("v0").resolve("records.tsv")).stream()
        .map(
            columns ->
                new OldRecord(
                    columns[0],
                    HexFormat.of().parseHex(columns[1]),
                    HexFormat.of().parseHex(columns[2])))
        .toList();
  }

  private static List<String[]> lines(Path file) {
    try {
      return Files.readAllLines(file).stream().map(line -> line.split("\t", -1)).toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
