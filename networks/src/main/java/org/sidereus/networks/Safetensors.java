package org.sidereus.networks;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.sidereus.engine.Printable;
import org.sidereus.engine.SidereusException;

/**
 * The safetensors format, float32 only: 8 bytes with the length of the header (little-endian), a
 * JSON header {@code {"name": {"dtype": "F32", "shape": [...], "data_offsets": [begin, end]}}}, and
 * the raw numbers (little-endian) without gaps.
 *
 * <p>Every size is checked against the length of the file before anything of that size is reserved,
 * so a broken or hostile file gives a message and not an exhausted heap.
 */
final class Safetensors {
  private static final int LENGTH_BYTES = 8;
  private static final int MAX_HEADER_BYTES = 16 << 20;
  private static final long MAX_FILE_BYTES = 1L << 31;
  private static final String METADATA = "__metadata__";

  private final JsonMapper mapper =
      JsonMapper.builder()
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .build();

  Weights read(Path file) {
    try {
      long length = Files.size(file);
      if (length > MAX_FILE_BYTES) {
        throw broken(file, "it has " + length + " bytes, more than " + MAX_FILE_BYTES);
      }
      if (length < LENGTH_BYTES) {
        throw broken(file, "it has only " + length + " bytes");
      }
      try (FileChannel channel = FileChannel.open(file)) {
        return read(file, channel, length);
      }
    } catch (IOException e) {
      throw new SidereusException("cannot read " + file + ": " + e.getMessage(), e);
    }
  }

  private Weights read(Path file, FileChannel channel, long length) throws IOException {
    long headerBytes = read(channel, 0, LENGTH_BYTES).getLong();
    if (headerBytes < 2 || headerBytes > Math.min(MAX_HEADER_BYTES, length - LENGTH_BYTES)) {
      throw broken(file, "its header claims " + headerBytes + " bytes");
    }
    byte[] text = new byte[(int) headerBytes];
    read(channel, LENGTH_BYTES, text.length).get(text);
    JsonNode header;
    try {
      header = mapper.readTree(new String(text, StandardCharsets.UTF_8));
    } catch (JsonProcessingException e) {
      throw broken(file, "its header is not JSON: " + e.getOriginalMessage());
    }
    if (!header.isObject()) {
      throw broken(file, "its header is not a JSON object");
    }
    long dataStart = LENGTH_BYTES + headerBytes;
    List<TensorEntry> entries = entries(file, header);
    long end = 0;
    for (TensorEntry entry : entries) {
      if (entry.begin != end) {
        throw broken(file, "tensor " + entry.name + " overlaps another or leaves a gap");
      }
      end = entry.end;
      if (end > length - dataStart) {
        throw broken(file, "tensor " + entry.name + " ends after the end of the file");
      }
    }
    if (end != length - dataStart) {
      throw broken(file, (length - dataStart - end) + " bytes after the last tensor");
    }
    Map<String, Tensor> tensors = new TreeMap<>();
    for (TensorEntry entry : entries) {
      float[] values = new float[(int) ((entry.end - entry.begin) / Float.BYTES)];
      read(channel, dataStart + entry.begin, (int) (entry.end - entry.begin))
          .asFloatBuffer()
          .get(values);
      tensors.put(entry.name, new Tensor(entry.shape, values));
    }
    return new Weights(tensors);
  }

  private static List<TensorEntry> entries(Path file, JsonNode header) {
    List<TensorEntry> entries = new ArrayList<>();
    header
        .properties()
        .forEach(
            property -> {
              if (!property.getKey().equals(METADATA)) {
                entries.add(entry(file, property.getKey(), property.getValue()));
              }
            });
    entries.sort(Comparator.comparingLong(TensorEntry::begin).thenComparingLong(TensorEntry::end));
    return entries;
  }

  private static TensorEntry entry(Path file, String name, JsonNode node) {
    if (!node.path("dtype").asText().equals("F32")) {
      throw broken(
          file, "tensor " + name + " has type " + node.path("dtype").asText("?") + ", not F32");
    }
    JsonNode offsets = node.path("data_offsets");
    if (!offsets.isArray()
        || offsets.size() != 2
        || !offsets.get(0).isIntegralNumber()
        || !offsets.get(1).isIntegralNumber()
        || !offsets.get(0).canConvertToLong()
        || !offsets.get(1).canConvertToLong()) {
      throw broken(file, "tensor " + name + " has no data_offsets [begin, end]");
    }
    long begin = offsets.get(0).asLong();
    long end = offsets.get(1).asLong();
    List<Integer> shape = new ArrayList<>();
    long bytes = Float.BYTES;
    if (!node.path("shape").isArray()) {
      throw broken(file, "tensor " + name + " has no shape");
    }
    for (JsonNode extent : node.path("shape")) {
      if (!extent.canConvertToInt() || !extent.isIntegralNumber() || extent.asInt() < 0) {
        throw broken(file, "tensor " + name + " has size " + extent + " in its shape");
      }
      shape.add(extent.asInt());
      bytes = Math.min(bytes, MAX_FILE_BYTES) * extent.asInt();
    }
    if (begin < 0 || end < begin || end - begin != bytes || end - begin > Integer.MAX_VALUE) {
      throw broken(
          file,
          "tensor %s of shape %s has data_offsets [%d, %d]".formatted(name, shape, begin, end));
    }
    return new TensorEntry(name, List.copyOf(shape), begin, end);
  }

  void write(Path file, Weights weights) {
    ObjectNode header = mapper.createObjectNode();
    long offset = 0;
    for (Map.Entry<String, Tensor> named : weights.tensors().entrySet()) {
      long end = offset + (long) Float.BYTES * named.getValue().values().length;
      ObjectNode entry = header.putObject(named.getKey());
      entry.put("dtype", "F32");
      ArrayNode shape = entry.putArray("shape");
      named.getValue().shape().forEach(shape::add);
      entry.putArray("data_offsets").add(offset).add(end);
      offset = end;
    }
    try (FileChannel channel =
        FileChannel.open(
            file,
            StandardOpenOption.CREATE,
            StandardOpenOption.TRUNCATE_EXISTING,
            StandardOpenOption.WRITE)) {
      byte[] text = mapper.writeValueAsBytes(header);
      // Blanks up to a multiple of 8 keep the numbers aligned for readers that map the file.
      int padded = (text.length + 7) / 8 * 8;
      ByteBuffer head = buffer(LENGTH_BYTES + padded).putLong(padded).put(text);
      while (head.hasRemaining()) {
        head.put((byte) ' ');
      }
      writeFully(channel, head.flip());
      for (Tensor tensor : weights.tensors().values()) {
        ByteBuffer numbers = buffer(Float.BYTES * tensor.values().length);
        numbers.asFloatBuffer().put(tensor.values());
        writeFully(channel, numbers);
      }
    } catch (IOException e) {
      throw new SidereusException("cannot write " + file + ": " + e.getMessage(), e);
    }
  }

  private static ByteBuffer read(FileChannel channel, long position, int bytes) throws IOException {
    ByteBuffer target = buffer(bytes);
    while (target.hasRemaining()) {
      if (channel.read(target, position + target.position()) < 0) {
        throw new IOException("it ended while it was read");
      }
    }
    return target.flip();
  }

  private static void writeFully(FileChannel channel, ByteBuffer source) throws IOException {
    while (source.hasRemaining()) {
      channel.write(source);
    }
  }

  private static ByteBuffer buffer(int bytes) {
    return ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN);
  }

  private static SidereusException broken(Path file, String why) {
    return new SidereusException(
        file + " is not a readable safetensors file: " + Printable.of(why));
  }

  private record TensorEntry(String name, List<Integer> shape, long begin, long end) {}
}
