package org.sidereus.exporter.check;

import ai.onnx.proto.OnnxMl;
import com.google.protobuf.InvalidProtocolBufferException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import org.sidereus.engine.bundle.FileEntry;
import org.sidereus.testing.LinearGaussianBundle;

/** The linear-Gaussian bundle with one fault. */
final class BrokenBundles {
  private final Path folder;

  BrokenBundles(Path folder) {
    this.folder = folder;
  }

  /** The bundle without density.onnx, with other graphs. */
  Path with(Consumer<Graph> posterior, Consumer<Graph> emulator) {
    return write(
        changed(LinearGaussianBundle.posteriorGraph(), posterior),
        changed(LinearGaussianBundle.emulatorGraph(), emulator));
  }

  Path write(byte[] posterior, byte[] emulator) {
    Map<String, byte[]> files = new LinkedHashMap<>();
    files.put("posterior.onnx", posterior);
    files.put("emulator.onnx", emulator);
    return LinearGaussianBundle.write(folder.resolve("bundle"), "broken", "1", files);
  }

  /** The bundle with another text of its manifest. */
  Path withManifest(UnaryOperator<String> change) throws IOException {
    Path bundle = with(graph -> {}, graph -> {});
    Path manifest = bundle.resolve("manifest.json");
    String text = Files.readString(manifest);
    String changed = change.apply(text);
    if (changed.equals(text)) {
      throw new IllegalArgumentException("nothing was changed");
    }
    Files.writeString(manifest, changed);
    return bundle;
  }

  /** Lists a file that was added to a bundle. */
  static void list(Path bundle, String file) throws IOException {
    FileEntry entry = FileEntry.of(bundle.resolve(file));
    Path manifest = bundle.resolve("manifest.json");
    Files.writeString(
        manifest,
        Files.readString(manifest)
            .replaceFirst(
                "\"files\" : \\{",
                "\"files\" : { \"%s\" : {\"sha256\" : \"%s\", \"bytes\" : %d},"
                    .formatted(file, entry.sha256(), entry.bytes())));
  }

  static byte[] changed(byte[] model, Consumer<Graph> change) {
    try {
      OnnxMl.ModelProto.Builder builder = OnnxMl.ModelProto.parseFrom(model).toBuilder();
      change.accept(new Graph(builder.getGraphBuilder()));
      return builder.build().toByteArray();
    } catch (InvalidProtocolBufferException e) {
      throw new IllegalStateException(e);
    }
  }

  /** A graph under change. */
  record Graph(OnnxMl.GraphProto.Builder proto) {
    /** Replaces the numbers of a constant. */
    Graph numbers(String name, UnaryOperator<Float> change) {
      for (OnnxMl.TensorProto.Builder tensor : proto.getInitializerBuilderList()) {
        if (tensor.getName().equals(name)) {
          for (int i = 0; i < tensor.getFloatDataCount(); i++) {
            tensor.setFloatData(i, change.apply(tensor.getFloatData(i)));
          }
          return this;
        }
      }
      throw new IllegalArgumentException("no constant " + name);
    }

    /** Gives another name to what the graph computes under a name, which becomes free. */
    Graph rename(String name, String other) {
      for (OnnxMl.NodeProto.Builder node : proto.getNodeBuilderList()) {
        if (node.getOutput(0).equals(name)) {
          node.setOutput(0, other).setName(other);
          return this;
        }
      }
      throw new IllegalArgumentException("nothing computes " + name);
    }

    /** Gives a node another input in place of one that it has. */
    Graph replaceInput(String node, String input, String other) {
      boolean found = false;
      for (OnnxMl.NodeProto.Builder one : proto.getNodeBuilderList()) {
        for (int i = 0; i < one.getInputCount(); i++) {
          if (one.getName().equals(node) && one.getInput(i).equals(input)) {
            one.setInput(i, other);
            found = true;
          }
        }
      }
      if (!found) {
        throw new IllegalArgumentException(node + " has no input " + input);
      }
      return this;
    }

    /** Moves the last nodes to the front, before those that take what they compute. */
    Graph moveToTheFront(int nodes) {
      List<OnnxMl.NodeProto> all = new ArrayList<>(proto.getNodeList());
      Collections.rotate(all, nodes);
      proto.clearNode().addAllNode(all);
      return this;
    }

    Graph scalar(String name, double value) {
      proto.addInitializer(
          OnnxMl.TensorProto.newBuilder()
              .setName(name)
              .setDataType(OnnxMl.TensorProto.DataType.FLOAT.getNumber())
              .addFloatData((float) value));
      return this;
    }

    Graph vector(String name, double... values) {
      OnnxMl.TensorProto.Builder tensor =
          OnnxMl.TensorProto.newBuilder()
              .setName(name)
              .setDataType(OnnxMl.TensorProto.DataType.FLOAT.getNumber())
              .addDims(values.length);
      for (double value : values) {
        tensor.addFloatData((float) value);
      }
      proto.addInitializer(tensor);
      return this;
    }

    Graph integers(String name, long... values) {
      OnnxMl.TensorProto.Builder tensor =
          OnnxMl.TensorProto.newBuilder()
              .setName(name)
              .setDataType(OnnxMl.TensorProto.DataType.INT64.getNumber())
              .addDims(values.length);
      for (long value : values) {
        tensor.addInt64Data(value);
      }
      proto.addInitializer(tensor);
      return this;
    }

    /** A node behind all others; an attribute of integers where there is a name for it. */
    Graph node(String operator, String output, Map<String, Long> attributes, String... inputs) {
      OnnxMl.NodeProto.Builder node =
          OnnxMl.NodeProto.newBuilder().setName(output).setOpType(operator).addOutput(output);
      for (String input : inputs) {
        node.addInput(input);
      }
      attributes.forEach(
          (name, value) ->
              node.addAttribute(
                  OnnxMl.AttributeProto.newBuilder()
                      .setName(name)
                      .setType(OnnxMl.AttributeProto.AttributeType.INT)
                      .setI(value)));
      proto.addNode(node);
      return this;
    }
  }
}
