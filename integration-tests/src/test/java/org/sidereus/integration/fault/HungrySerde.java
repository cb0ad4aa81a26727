package org.sidereus.integration.fault;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.common.serialization.Deserializer;
import org.apache.kafka.common.serialization.Serde;
import org.apache.kafka.common.serialization.Serializer;
import org.sidereus.schemas.registry.AvroSerde;

/**
 * The project's serde, but it takes all memory when it reads a record while a file is there. It
 * removes the file first, so that this happens once. The property {@value #FILE} names the file.
 */
public final class HungrySerde<T extends SpecificRecord> implements Serde<T> {
  static final String FILE = "hungry.file";

  private static final int PIECE_BYTES = 1 << 20;

  private final AvroSerde<T> serde = new AvroSerde<>();

  @Override
  public void configure(Map<String, ?> configuration, boolean isKey) {
    serde.configure(configuration, isKey);
  }

  @Override
  public Serializer<T> serializer() {
    return serde.serializer();
  }

  @Override
  public Deserializer<T> deserializer() {
    return (topic, data) -> {
      eat();
      return serde.deserializer().deserialize(topic, data);
    };
  }

  private static void eat() {
    try {
      if (Files.deleteIfExists(Path.of(System.getProperty(FILE)))) {
        List<byte[]> eaten = new ArrayList<>();
        while (eaten.size() < Integer.MAX_VALUE) {
          eaten.add(new byte[PIECE_BYTES]);
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
