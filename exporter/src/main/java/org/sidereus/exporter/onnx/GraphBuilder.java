package org.sidereus.exporter.onnx;

import ai.onnx.proto.OnnxMl;
import com.google.protobuf.ByteString;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.sidereus.networks.Tensor;

/**
 * Builds one ONNX graph, node by node. Names are counted, equal constants are stored once, and the
 * same calls give the same bytes.
 */
final class GraphBuilder {
  static final long IR_VERSION = 8;
  static final long OPSET = 17;

  /** From this version of the operators on, the axes of all reductions are inputs. */
  /**
   * 2 atanh(s) / s in powers of s^2 up to 1/9: interpolation at Chebyshev nodes, relative error
   * 4e-9.
   */
  private static final double[] LOG_SERIES = {
    2.0000000076817588,
    0.66666321641380138,
    0.40024595230709764,
    0.2796515774457925,
    0.2815777836652733
  };

  private static final long AXES_ARE_INPUTS = 18;

  private final String name;
  private final String prefix;
  private final long opset;
  private final OnnxMl.TensorProto.DataType precision;
  private final List<OnnxMl.NodeProto.Builder> nodes = new ArrayList<>();
  private final List<OnnxMl.ValueInfoProto> inputs = new ArrayList<>();
  private final List<OnnxMl.ValueInfoProto> outputs = new ArrayList<>();
  private final Map<OnnxMl.TensorProto, String> constants = new LinkedHashMap<>();
  private final Map<OnnxMl.TensorProto, Value> widened = new HashMap<>();
  private final Map<String, Integer> counts = new HashMap<>();
  private final Map<String, String> renamed = new HashMap<>();

  /** A graph that computes in float32. */
  GraphBuilder(String name) {
    this(name, OnnxMl.TensorProto.DataType.FLOAT, "", OPSET);
  }

  private GraphBuilder(
      String name, OnnxMl.TensorProto.DataType precision, String prefix, long opset) {
    this.name = name;
    this.precision = precision;
    this.prefix = prefix;
    this.opset = opset;
  }

  /**
   * Nodes that are added to a graph of another program, whose values are named by {@code new
   * Value(name)}.
   *
   * @param prefix of all names that are made here; no name of the graph begins with it
   * @param opset version of the operators of the graph, {@value #OPSET} or later
   */
  static GraphBuilder behind(String prefix, long opset) {
    return new GraphBuilder("added", OnnxMl.TensorProto.DataType.FLOAT, prefix, opset);
  }

  /**
   * A graph that computes in double precision. Its inputs and outputs are float32, and so are
   * weights in the file; what is given in double precision is kept so.
   */
  static GraphBuilder inDoublePrecision(String name) {
    return new GraphBuilder(name, OnnxMl.TensorProto.DataType.DOUBLE, "", OPSET);
  }

  /** A tensor that flows through the graph. */
  record Value(String name) {}

  /** One size of the shape of an input or output. */
  record Axis(@Nullable String name, int size) {
    static Axis free(String name) {
      return new Axis(name, -1);
    }

    static Axis of(int size) {
      return new Axis(null, size);
    }
  }

  Value input(String input, Axis... shape) {
    inputs.add(valueInfo(input, shape));
    return doubles() ? number(new Value(input)) : new Value(input);
  }

  /** Makes the value, which is the result of a node, an output of the graph. */
  void output(String output, Value value, Axis... shape) {
    outputs.add(valueInfo(output, shape));
    Value result = doubles() ? cast(value, OnnxMl.TensorProto.DataType.FLOAT) : value;
    if (renamed.put(result.name, output) != null) {
      throw new IllegalStateException(value.name + " is already an output");
    }
  }

  /** Whether the graph computes in double precision. */
  boolean doubles() {
    return precision == OnnxMl.TensorProto.DataType.DOUBLE;
  }

  /** A constant that is known in float32, such as weights. */
  Value constant(Tensor tensor) {
    ByteBuffer bytes =
        ByteBuffer.allocate(tensor.values().length * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    bytes.asFloatBuffer().put(tensor.values());
    OnnxMl.TensorProto.Builder proto =
        OnnxMl.TensorProto.newBuilder().setDataType(OnnxMl.TensorProto.DataType.FLOAT.getNumber());
    tensor.shape().forEach(proto::addDims);
    OnnxMl.TensorProto built = proto.setRawData(ByteString.copyFrom(bytes)).build();
    return doubles()
        ? widened.computeIfAbsent(built, key -> number(constant(key)))
        : constant(built);
  }

  /** A scalar in the precision of the graph. */
  Value constant(double value) {
    return constant(List.of(), value);
  }

  /** A constant in the precision of the graph. */
  Value constant(List<Integer> shape, double... values) {
    if (!doubles()) {
      float[] rounded = new float[values.length];
      for (int i = 0; i < rounded.length; i++) {
        rounded[i] = (float) values[i];
      }
      return constant(new Tensor(shape, rounded));
    }
    ByteBuffer bytes =
        ByteBuffer.allocate(values.length * Double.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    bytes.asDoubleBuffer().put(values);
    OnnxMl.TensorProto.Builder proto =
        OnnxMl.TensorProto.newBuilder().setDataType(precision.getNumber());
    shape.forEach(proto::addDims);
    return constant(proto.setRawData(ByteString.copyFrom(bytes)).build());
  }

  /** An int64 vector, such as axes or sizes. */
  Value longs(long... values) {
    ByteBuffer bytes =
        ByteBuffer.allocate(values.length * Long.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    bytes.asLongBuffer().put(values);
    return constant(
        OnnxMl.TensorProto.newBuilder()
            .setDataType(OnnxMl.TensorProto.DataType.INT64.getNumber())
            .addDims(values.length)
            .setRawData(ByteString.copyFrom(bytes))
            .build());
  }

  private Value constant(OnnxMl.TensorProto proto) {
    return new Value(
        constants.computeIfAbsent(proto, key -> prefix + "constant_" + constants.size()));
  }

  /** An operator with one result and no attributes. */
  Value op(String type, Value... arguments) {
    return op(type, Map.of(), arguments);
  }

  /** An operator with one result and whole-number attributes. */
  Value op(String type, Map<String, Object> attributes, Value... arguments) {
    return node(type, attributes, 1, arguments).get(0);
  }

  private List<Value> node(
      String type, Map<String, Object> attributes, int results, Value... arguments) {
    int count = counts.merge(type, 1, Integer::sum);
    String nodeName = prefix + type.toLowerCase(Locale.ROOT) + "_" + count;
    OnnxMl.NodeProto.Builder node = OnnxMl.NodeProto.newBuilder().setOpType(type).setName(nodeName);
    for (Value argument : arguments) {
      node.addInput(argument.name);
    }
    List<Value> values = new ArrayList<>();
    for (int i = 0; i < results; i++) {
      String result = results == 1 ? nodeName : nodeName + "_" + i;
      node.addOutput(result);
      values.add(new Value(result));
    }
    attributes.entrySet().stream()
        .sorted(Map.Entry.comparingByKey())
        .forEach(one -> node.addAttribute(attribute(one.getKey(), one.getValue())));
    nodes.add(node);
    return values;
  }

  private static OnnxMl.AttributeProto attribute(String key, Object value) {
    OnnxMl.AttributeProto.Builder attribute = OnnxMl.AttributeProto.newBuilder().setName(key);
    if (value instanceof long[] list) {
      attribute.setType(OnnxMl.AttributeProto.AttributeType.INTS);
      Arrays.stream(list).forEach(attribute::addInts);
    } else {
      attribute.setType(OnnxMl.AttributeProto.AttributeType.INT).setI(((Number) value).longValue());
    }
    return attribute.build();
  }

  Value add(Value a, Value b) {
    return op("Add", a, b);
  }

  Value subtract(Value a, Value b) {
    return op("Sub", a, b);
  }

  Value multiply(Value a, Value b) {
    return op("Mul", a, b);
  }

  Value multiply(Value a, double b) {
    return op("Mul", a, constant(b));
  }

  Value divide(Value a, Value b) {
    return op("Div", a, b);
  }

  Value matMul(Value a, Value b) {
    return op("MatMul", a, b);
  }

  Value clip(Value value, double lowest, double highest) {
    return op("Clip", value, constant(lowest), constant(highest));
  }

  /** Sum of any number of values of compatible shapes. */
  Value sum(List<Value> values) {
    return values.size() == 1 ? values.get(0) : op("Sum", values.toArray(Value[]::new));
  }

  Value concat(int axis, List<Value> values) {
    return values.size() == 1
        ? values.get(0)
        : op("Concat", Map.of("axis", axis), values.toArray(Value[]::new));
  }

  /** Consecutive parts along an axis. */
  List<Value> split(Value value, int axis, long... sizes) {
    return sizes.length == 1
        ? List.of(value)
        : node("Split", Map.of("axis", axis), sizes.length, value, longs(sizes));
  }

  Value reduceSum(Value value, int axis) {
    return op("ReduceSum", Map.of("keepdims", 1), value, longs(axis));
  }

  /**
   * The sum over the middle axis, [B,n,S] to [B,1,S]. A product with ones, not a reduction:
   * runtimes reduce one object in another order than several, and an object must not depend, to the
   * last bit, on those beside it.
   */
  Value sumOverMiddle(Value value, int n) {
    float[] ones = new float[n];
    Arrays.fill(ones, 1);
    return matMul(constant(Tensor.matrix(1, n, ones)), value);
  }

  Value reduceMax(Value value, int axis) {
    if (opset >= AXES_ARE_INPUTS) {
      return op("ReduceMax", Map.of("keepdims", 1), value, longs(axis));
    }
    return op("ReduceMax", Map.of("keepdims", 1, "axes", new long[] {axis}), value);
  }

  Value transpose(Value value, long... permutation) {
    return op("Transpose", Map.of("perm", permutation), value);
  }

  Value squeeze(Value value, int axis) {
    return op("Squeeze", value, longs(axis));
  }

  Value unsqueeze(Value value, int axis) {
    return op("Unsqueeze", value, longs(axis));
  }

  /** A view of another shape. */
  Value reshape(Value value, Value shape) {
    return op("Reshape", value, shape);
  }

  /** A truth value or a number as a number of the graph's precision. */
  Value number(Value value) {
    return cast(value, precision);
  }

  private Value cast(Value value, OnnxMl.TensorProto.DataType to) {
    return op("Cast", Map.of("to", to.getNumber()), value);
  }

  /**
   * {@code log(1 + exp(value))}. ONNX Runtime has no Softplus of doubles, and its Softplus and Log
   * of floats are slow: these nodes take a third of the time of the first.
   */
  Value softplus(Value value) {
    Value rest = op("Exp", op("Neg", op("Abs", value)));
    Value logarithm = doubles() ? op("Log", add(rest, constant(1))) : logarithmOfOneMore(rest);
    return add(op("Relu", value), logarithm);
  }

  /** {@code log(1 + value) = 2 atanh(s)} with s = value / (2 + value), for values from 0 to 1. */
  private Value logarithmOfOneMore(Value value) {
    Value s = divide(value, add(value, constant(2)));
    Value square = multiply(s, s);
    Value sum = constant(LOG_SERIES[LOG_SERIES.length - 1]);
    for (int i = LOG_SERIES.length - 2; i >= 0; i--) {
      sum = add(multiply(sum, square), constant(LOG_SERIES[i]));
    }
    return multiply(s, sum);
  }

  /** {@code value / (1 + exp(-value))}. */
  Value silu(Value value) {
    // ONNX Runtime 1.29 fuses the product with a Sigmoid into an operator that has no doubles
    return doubles()
        ? divide(value, add(op("Exp", op("Neg", value)), constant(1)))
        : multiply(value, op("Sigmoid", value));
  }

  /** {@code value} above 0, {@code exp(value) - 1} below. */
  Value elu(Value value) {
    if (!doubles()) {
      return op("Elu", value);
    }
    Value negative = op("Min", value, constant(0)); // nor an Elu
    return add(op("Relu", value), subtract(op("Exp", negative), constant(1)));
  }

  /** {@code 1 / (1 + exp(-value))}. */
  Value sigmoid(Value value) {
    return op("Sigmoid", value);
  }

  /** {@code value / (1 + |value|)}. */
  Value softsign(Value value) {
    return doubles()
        ? divide(value, add(op("Abs", value), constant(1))) // nor a Softsign
        : op("Softsign", value);
  }

  /** Adds all that was built to another graph, behind its nodes. */
  void addTo(OnnxMl.GraphProto.Builder graph) {
    graph.addAllInput(inputs).addAllOutput(outputs);
    for (OnnxMl.NodeProto.Builder node : nodes) {
      for (int i = 0; i < node.getInputCount(); i++) {
        node.setInput(i, renamed.getOrDefault(node.getInput(i), node.getInput(i)));
      }
      for (int i = 0; i < node.getOutputCount(); i++) {
        node.setOutput(i, renamed.getOrDefault(node.getOutput(i), node.getOutput(i)));
      }
      graph.addNode(node);
    }
    constants.forEach((proto, id) -> graph.addInitializer(proto.toBuilder().setName(id)));
  }

  /**
   * {@code raw / (1 + |raw| / bound)}.
   *
   * @param divided whether the value is divided by the bound already
   */
  Value softBounded(Value raw, double bound, boolean divided) {
    return multiply(softsign(divided ? raw : multiply(raw, 1 / bound)), bound);
  }

  /** The model as bytes of an {@code .onnx} file. */
  byte[] build() {
    OnnxMl.GraphProto.Builder graph = OnnxMl.GraphProto.newBuilder().setName(name);
    addTo(graph);
    return OnnxMl.ModelProto.newBuilder()
        .setIrVersion(IR_VERSION)
        .setProducerName("sidereus")
        .addOpsetImport(OnnxMl.OperatorSetIdProto.newBuilder().setVersion(opset))
        .setGraph(graph)
        .build()
        .toByteArray();
  }

  static OnnxMl.ValueInfoProto valueInfo(String name, Axis... shape) {
    OnnxMl.TensorShapeProto.Builder dims = OnnxMl.TensorShapeProto.newBuilder();
    for (Axis axis : shape) {
      OnnxMl.TensorShapeProto.Dimension.Builder dim = dims.addDimBuilder();
      if (axis.name == null) {
        dim.setDimValue(axis.size);
      } else {
        dim.setDimParam(axis.name);
      }
    }
    return OnnxMl.ValueInfoProto.newBuilder()
        .setName(name)
        .setType(
            OnnxMl.TypeProto.newBuilder()
                .setTensorType(
                    OnnxMl.TypeProto.Tensor.newBuilder()
                        .setElemType(OnnxMl.TensorProto.DataType.FLOAT.getNumber())
                        .setShape(dims)))
        .build();
  }
}
