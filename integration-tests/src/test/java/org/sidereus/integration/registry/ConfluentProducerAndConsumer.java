package org.sidereus.integration.registry;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import org.apache.flink.avro.registry.confluent.shaded.io.confluent.kafka.schemaregistry.client.SchemaRegistryClient;
import org.apache.flink.avro.shaded.org.apache.avro.Schema;
import org.apache.flink.avro.shaded.org.apache.avro.generic.GenericDatumReader;
import org.apache.flink.avro.shaded.org.apache.avro.generic.GenericDatumWriter;
import org.apache.flink.avro.shaded.org.apache.avro.generic.GenericRecord;
import org.apache.flink.avro.shaded.org.apache.avro.io.BinaryDecoder;
import org.apache.flink.avro.shaded.org.apache.avro.io.BinaryEncoder;
import org.apache.flink.avro.shaded.org.apache.avro.io.DecoderFactory;
import org.apache.flink.avro.shaded.org.apache.avro.io.EncoderFactory;
import org.apache.flink.formats.avro.registry.confluent.ConfluentSchemaRegistryCoder;

/**
 * A foreign program: Confluent's registry client with Flink's coder of the wire format and their
 * own copy of Avro. No class of this project takes part.
 */
final class ConfluentProducerAndConsumer {
  private final SchemaRegistryClient client;

  ConfluentProducerAndConsumer(SchemaRegistryClient client) {
    this.client = client;
  }

  byte[] write(String subject, GenericRecord record) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    new ConfluentSchemaRegistryCoder(subject, client).writeSchema(record.getSchema(), out);
    out.write(body(record));
    return out.toByteArray();
  }

  GenericRecord read(byte[] event) throws IOException {
    ByteArrayInputStream in = new ByteArrayInputStream(event);
    Schema schema = new ConfluentSchemaRegistryCoder(client).readSchema(in);
    BinaryDecoder decoder = DecoderFactory.get().binaryDecoder(in.readAllBytes(), null);
    GenericRecord record = new GenericDatumReader<GenericRecord>(schema).read(null, decoder);
    if (!decoder.isEnd()) {
      throw new AssertionError("bytes are left behind the record");
    }
    return record;
  }

  /** The record in Avro binary, without frame. */
  static byte[] body(GenericRecord record) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    BinaryEncoder encoder = EncoderFactory.get().binaryEncoder(out, null);
    new GenericDatumWriter<GenericRecord>(record.getSchema()).write(record, encoder);
    encoder.flush();
    return out.toByteArray();
  }
}
