package org.sidereus.testing;

import ai.onnx.proto.OnnxMl;
import java.util.ArrayList;
import java.util.List;

/** Writes small ONNX graphs, opset 13, float32. */
public final class OnnxModelWriter {
  private static final int IR_VERSION = 8;
  private static final int OPSET = 13;

  private final OnnxMl.GraphProto.Builder graph = OnnxMl.GraphProto.newBuilder().setName("fixture");

  /** An input; a name among the axes is free, a number fixed. */
  public OnnxModelWriter input(String name, Object... axes) {
    graph.addInput(port(name, axes));
    return this;
  }

  /** An output; a name among the axes is free, a number fixed. */
  public OnnxModelWriter output(String name, Object... axes) {
    graph.addOutput(port(name, axes));
    return this;
  }

  /** A constant, row by row. */
  public OnnxModelWriter constant(String name, double[] values, long... shape) {
    OnnxMl.TensorProto.Builder tensor =
        OnnxMl.TensorProto.newBuilder()
            .setName(name)
            .setDataType(OnnxMl.TensorProto.DataType.FLOAT.getNumber());
    for (long axis : shape) {
      tensor.addDims(axis);
    }
    for (double value : values) {
      tensor.addFloatData((float) value);
    }
    graph.addInitializer(tensor);
    return this;
  }

  /** A constant vector of integers, such as axes. */
  public OnnxModelWriter integers(String name, long... values) {
    OnnxMl.TensorProto.Builder tensor =
        OnnxMl.TensorProto.newBuilder()
            .setName(name)
            .setDataType(OnnxMl.TensorProto.DataType.INT64.getNumber())
            .addDims(values.length);
    for (long value : values) {
      tensor.addInt64Data(value);
    }
    graph.addInitializer(tensor);
    return this;
  }

  /** A node with one output. */
  public OnnxModelWriter node(String operator, String output, String... inputs) {
    graph.addNode(
        OnnxMl.NodeProto.newBuilder()
            .setName(output)
            .setOpType(operator)
            .addAllInput(List.of(inputs))
            .addOutput(output));
    return this;
  }

  /** A node with one output and an attribute: a whole number, several, or a number of float32. */
  public OnnxModelWriter nodeWith(
      String operator, String output, String attribute, Object value, String... inputs) {
    OnnxMl.AttributeProto.Builder given = OnnxMl.AttributeProto.newBuilder().setName(attribute);
    if (value instanceof long[] several) {
      given.setType(OnnxMl.AttributeProto.AttributeType.INTS);
      for (long one : several) {
        given.addInts(one);
      }
    } else if (value instanceof Float decimal) {
      given.setType(OnnxMl.AttributeProto.AttributeType.FLOAT).setF(decimal);
    } else {
      given.setType(OnnxMl.AttributeProto.AttributeType.INT).setI(((Number) value).longValue());
    }
    node(operator, output, inputs);
    graph.getNodeBuilder(graph.getNodeCount() - 1).addAttribute(given);
    return this;
  }

  /** A whole number, which is no vector. */
  public OnnxModelWriter integer(String name, long value) {
    graph.addInitializer(
        OnnxMl.TensorProto.newBuilder()
            .setName(name)
            .setDataType(OnnxMl.TensorProto.DataType.INT64.getNumber())
            .addInt64Data(value));
    return this;
  }

  /** A sum over one axis, which is dropped; the axes are an integer constant. */
  public OnnxModelWriter sum(String output, String input, String axes) {
    graph.addNode(
        OnnxMl.NodeProto.newBuilder()
            .setName(output)
            .setOpType("ReduceSum")
            .addAllInput(List.of(input, axes))
            .addOutput(output)
            .addAttribute(
                OnnxMl.AttributeProto.newBuilder()
                    .setName("keepdims")
                    .setType(OnnxMl.AttributeProto.AttributeType.INT)
                    .setI(0)));
    return this;
  }

  public byte[] build() {
    return model().build().toByteArray();
  }

  /** The model, for changes that this class has no method for. */
  public OnnxMl.ModelProto.Builder model() {
    return OnnxMl.ModelProto.newBuilder()
        .setIrVersion(IR_VERSION)
        .addOpsetImport(OnnxMl.OperatorSetIdProto.newBuilder().setVersion(OPSET))
        .setGraph(graph);
  }

  private static OnnxMl.ValueInfoProto port(String name, Object... axes) {
    List<OnnxMl.TensorShapeProto.Dimension> dimensions = new ArrayList<>();
    for (Object axis : axes) {
      OnnxMl.TensorShapeProto.Dimension.Builder dimension =
          OnnxMl.TensorShapeProto.Dimension.newBuilder();
      dimensions.add(
          axis instanceof Number size
              ? dimension.setDimValue(size.longValue()).build()
              : dimension.setDimParam(axis.toString()).build());
    }
    return OnnxMl.ValueInfoProto.newBuilder()
        .setName(name)
        .setType(
            OnnxMl.TypeProto.newBuilder()
                .setTensorType(
                    OnnxMl.TypeProto.Tensor.newBuilder()
                        .setElemType(OnnxMl.TensorProto.DataType.FLOAT.getNumber())
                        .setShape(OnnxMl.TensorShapeProto.newBuilder().addAllDim(dimensions))))
        .build();
  }
}
