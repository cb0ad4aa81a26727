package org.sidereus.exporter.onnx;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.StringStringEntryProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import com.google.protobuf.ByteString;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.sidereus.engine.SidereusException;

/**
 * The numbers of a graph that lie in files beside it ({@code external_data}), as recent versions of
 * torch write them.
 */
final class ExternalNumbers {
  private static final long LARGEST = 1L << 30;

  private final Path graph;
  private final Map<String, byte[]> files = new TreeMap<>();

  /**
   * Files beside a graph.
   *
   * @param graph its file
   */
  ExternalNumbers(Path graph) {
    this.graph = graph;
  }

  /**
   * Puts the numbers into the graph.
   *
   * @return names of the files that were read
   * @throws SidereusException where one is missing, too short or not beside the graph
   */
  List<String> read(GraphProto.Builder into) {
    into.getInitializerBuilderList().forEach(this::inline);
    for (NodeProto.Builder node : into.getNodeBuilderList()) {
      for (AttributeProto.Builder attribute : node.getAttributeBuilderList()) {
        if (attribute.hasT()) {
          inline(attribute.getTBuilder());
        }
        attribute.getTensorsBuilderList().forEach(this::inline);
      }
    }
    return List.copyOf(files.keySet());
  }

  private void inline(TensorProto.Builder tensor) {
    if (tensor.getDataLocation() != TensorProto.DataLocation.EXTERNAL
        && tensor.getExternalDataCount() == 0) {
      return;
    }
    Map<String, String> entries = new HashMap<>();
    for (StringStringEntryProto entry : tensor.getExternalDataList()) {
      entries.put(entry.getKey(), entry.getValue());
    }
    String name = entries.getOrDefault("location", "");
    byte[] data = files.computeIfAbsent(name, this::contents);
    long offset = number(entries.get("offset"), 0);
    long length = number(entries.get("length"), data.length - offset);
    if (offset < 0 || length < 0 || offset > data.length || length > data.length - offset) {
      throw refused(name, "is shorter than the graph says; copy it again");
    }
    tensor
        .setRawData(ByteString.copyFrom(data, (int) offset, (int) length))
        .clearDataLocation()
        .clearExternalData();
  }

  private long number(@Nullable String text, long otherwise) {
    try {
      return text == null ? otherwise : Long.parseLong(text);
    } catch (NumberFormatException e) {
      throw new SidereusException(
          graph + " says that its numbers begin at '" + text + "'; export it again", e);
    }
  }

  private byte[] contents(String name) {
    if (name.isEmpty() || name.contains("/") || name.contains("\\") || name.startsWith("..")) {
      throw refused(
          name, "is not beside it; export it with all numbers in one file (dynamo=False)");
    }
    Path file = graph.resolveSibling(name);
    try {
      if (!Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)) {
        throw refused(
            name,
            "is missing or a link; put it beside the graph, or export it with all numbers in one"
                + " file (dynamo=False)");
      }
      if (Files.size(file) > LARGEST) {
        throw refused(name, "has more than 1 GiB; export a smaller network");
      }
      return Files.readAllBytes(file);
    } catch (IOException e) {
      throw new SidereusException("cannot read " + file + ": " + e.getMessage(), e);
    }
  }

  private SidereusException refused(String name, String why) {
    return new SidereusException(
        "%s has its numbers in the file '%s', which %s".formatted(graph, name, why));
  }
}
