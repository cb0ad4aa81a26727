package org.sidereus.schemas;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.apache.avro.Schema;
import org.apache.avro.io.BinaryEncoder;
import org.apache.avro.io.EncoderFactory;
import org.apache.avro.io.JsonEncoder;
import org.apache.avro.specific.SpecificDatumWriter;
import org.apache.avro.specific.SpecificRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;

/**
 * Stores the contracts of this build and samples of them as a version that later builds must read.
 * It is not part of the tests; run it once for a new version and commit what it writes:
 *
 * <pre>./mvnw -pl schemas test -Dtest=StoredVersionWriter -Dsidereus.contracts.version=v2</pre>
 *
 * <p>A version that was released is never written again.
 */
class StoredVersionWriter {
  private static final String VERSION = "sidereus.contracts.version";

  @Test
  @EnabledIfSystemProperty(named = VERSION, matches = "v[0-9]+")
  void shouldStoreTheContractsOfThisBuild() throws IOException {
    Path folder =
        Path.of(
            System.getProperty("sidereus.home"),
            "schemas/src/test/resources",
            System.getProperty(VERSION));
    assertThat(folder).as("a version that does not exist yet").doesNotExist();
    Files.createDirectories(folder);
    for (SpecificRecord sample : Samples.all()) {
      String name = sample.getSchema().getName();
      Path contract =
          Path.of(System.getProperty("sidereus.home"), "schemas/src/main/avro", name + ".avsc");
      Files.copy(contract, folder.resolve(name + ".avsc"));
    }
    store(folder, "full", Samples.all());
    store(folder, "minimal", Samples.minimal());
  }

  private static void store(Path folder, String kind, List<SpecificRecord> samples)
      throws IOException {
    for (SpecificRecord sample : samples) {
      Schema schema = sample.getSchema();
      SpecificDatumWriter<SpecificRecord> writer =
          new SpecificDatumWriter<>(schema, Contracts.model(schema));
      ByteArrayOutputStream binary = new ByteArrayOutputStream();
      BinaryEncoder encoder = EncoderFactory.get().binaryEncoder(binary, null);
      writer.write(sample, encoder);
      encoder.flush();
      Files.write(folder.resolve(schema.getName() + "." + kind + ".bin"), binary.toByteArray());
      ByteArrayOutputStream rendering = new ByteArrayOutputStream();
      JsonEncoder json = EncoderFactory.get().jsonEncoder(schema, rendering, true);
      writer.write(sample, json);
      json.flush();
      rendering.write('\n');
      Files.write(folder.resolve(schema.getName() + "." + kind + ".json"), rendering.toByteArray());
    }
  }
}
