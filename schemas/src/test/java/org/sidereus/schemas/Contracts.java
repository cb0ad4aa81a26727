package org.sidereus.schemas;

import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import org.apache.avro.Schema;
import org.apache.avro.specific.SpecificData;
import org.apache.avro.specific.SpecificRecord;

/** The stored versions of the contracts, {@code src/test/resources/v1} and so on. */
final class Contracts {
  private Contracts() {}

  /** The folders of all stored versions, oldest first. */
  static List<Path> storedVersions() {
    try (Stream<Path> folders =
        Files.list(Path.of(Contracts.class.getResource("/v1").toURI()).getParent())) {
      return folders
          .filter(folder -> folder.getFileName().toString().matches("v[0-9]+"))
          .sorted(Comparator.comparingInt(Contracts::number))
          .toList();
    } catch (IOException | URISyntaxException e) {
      throw new AssertionError(e);
    }
  }

  private static int number(Path folder) {
    return Integer.parseInt(folder.getFileName().toString().substring(1));
  }

  /** The stored contracts of one version. */
  static List<Path> schemaFiles(Path version) {
    try (Stream<Path> files = Files.list(version)) {
      return files.filter(file -> file.toString().endsWith(".avsc")).sorted().toList();
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  static Schema parse(Path file) {
    try {
      return new Schema.Parser().parse(Files.readString(file));
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  /** The contracts of this build. */
  static List<Schema> current() {
    return Samples.all().stream().map(SpecificRecord::getSchema).toList();
  }

  /** The contract of this build with the full name of a stored one. */
  static Schema current(Schema stored) {
    return current().stream()
        .filter(schema -> schema.getFullName().equals(stored.getFullName()))
        .findFirst()
        .orElseThrow(
            () -> new AssertionError("the contract " + stored.getFullName() + " was removed"));
  }

  /** What a generated class needs to read and write its contract. */
  static SpecificData model(Schema current) {
    return SpecificData.getForSchema(current);
  }
}
