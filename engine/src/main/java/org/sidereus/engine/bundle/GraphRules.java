package org.sidereus.engine.bundle;

import java.nio.charset.StandardCharsets;
import java.util.Set;

/**
 * What a graph may hold: operators whose work is known from the sizes of their inputs, and numbers
 * that are in the file itself. A graph that breaks a rule is refused before ONNX Runtime sees it.
 *
 * <p>It reads the wire format of protocol buffers, and of <a
 * href="https://github.com/onnx/onnx/blob/main/onnx/onnx.proto">onnx.proto</a> the fields that the
 * rules are about. A field that is there twice is checked twice.
 */
final class GraphRules {
  /**
   * The operators of ONNX that are allowed: those that the exporter writes, and those that exports
   * of flows from other programs need. Left out are loops and branches (Loop, Scan, If,
   * SequenceMap), which may never end, random numbers, which change a replay, sequences, text,
   * images and training.
   */
  static final Set<String> OPERATORS =
      Set.of(
          """
          Abs Acos Acosh Add And ArgMax ArgMin Asin Asinh Atan Atanh BatchNormalization Cast
          CastLike Ceil Celu Clip Concat Constant ConstantOfShape Cos Cosh CumSum Div Dropout
          Einsum Elu Equal Erf Exp Expand EyeLike Flatten Floor Gather GatherElements GatherND
          Gelu Gemm Greater GreaterOrEqual GroupNormalization HardSigmoid HardSwish Identity
          InstanceNormalization IsInf IsNaN LayerNormalization LeakyRelu Less LessOrEqual Log
          LogSoftmax MatMul Max Mean Min Mish Mod Mul Neg NonZero Not OneHot Or PRelu Pad Pow
          Reciprocal ReduceL1 ReduceL2 ReduceLogSum ReduceLogSumExp ReduceMax ReduceMean
          ReduceMin ReduceProd ReduceSum ReduceSumSquare Relu Reshape Round ScatterElements
          ScatterND Selu Shape Sigmoid Sign Sin Sinh Size Slice Softmax Softplus Softsign
          Split Sqrt Squeeze Sub Sum Tan Tanh ThresholdedRelu Tile TopK Transpose Trilu
          Unsqueeze Where Xor\
          """
              .split("\\s+"));

  private static final int MOST_NODES = 100_000;

  private static final int VARINT = 0;
  private static final int EIGHT_BYTES = 1;
  private static final int BYTES = 2;
  private static final int FOUR_BYTES = 5;

  private final byte[] bytes;
  private final String file;
  private int nodes;

  private GraphRules(byte[] bytes, String file) {
    this.bytes = bytes;
    this.file = file;
  }

  /**
   * Checks a graph.
   *
   * @param file name of the graph for messages
   * @throws BundleException if it is no graph of ONNX or breaks a rule
   */
  static void check(byte[] graph, String file) {
    new GraphRules(graph, file).model();
  }

  private void model() {
    for (Fields model = all(); model.next(); ) {
      switch (model.number) {
        case 7 -> graph(model.message());
        case 8 -> operatorSet(model.message());
        case 20 -> throw refused("holds a training step");
        case 25 -> throw refused("holds functions");
        default -> model.skip();
      }
    }
  }

  private void operatorSet(Fields set) {
    while (set.next()) {
      if (set.number == 1) {
        checkDomain(set.text());
      } else {
        set.skip();
      }
    }
  }

  private void graph(Fields graph) {
    while (graph.next()) {
      switch (graph.number) {
        case 1 -> node(graph.message());
        case 5 -> tensor(graph.message());
        case 15 -> throw refused("holds a sparse tensor");
        default -> graph.skip();
      }
    }
  }

  private void node(Fields node) {
    nodes++;
    if (nodes > MOST_NODES) {
      throw refused("has more than " + MOST_NODES + " nodes");
    }
    while (node.next()) {
      switch (node.number) {
        case 4 -> {
          String operator = node.text();
          if (!OPERATORS.contains(operator)) {
            throw refused("has the operator " + printable(operator) + ", which is not allowed");
          }
        }
        case 5 -> attribute(node.message());
        case 7 -> checkDomain(node.text());
        default -> node.skip();
      }
    }
  }

  private void attribute(Fields attribute) {
    while (attribute.next()) {
      switch (attribute.number) {
        case 5, 10 -> tensor(attribute.message());
        case 6, 11 -> throw refused("has a graph inside a node");
        case 22, 23 -> throw refused("holds a sparse tensor");
        default -> attribute.skip();
      }
    }
  }

  private void tensor(Fields tensor) {
    while (tensor.next()) {
      if (tensor.number == 13 || (tensor.number == 14 && tensor.integer() != 0)) {
        throw refused("has numbers in another file");
      } else if (tensor.number != 14) {
        tensor.skip();
      }
    }
  }

  private void checkDomain(String domain) {
    if (!domain.isEmpty() && !domain.equals("ai.onnx")) {
      throw refused("needs the operators of " + printable(domain) + ", which are not allowed");
    }
  }

  private static String printable(String text) {
    String plain = text.replaceAll("[^\\p{Graph} ]", "?");
    return plain.length() > 60 ? plain.substring(0, 60) + "..." : plain;
  }

  private BundleException refused(String what) {
    return new BundleException(
        file
            + " "
            + what
            + "; export the bundle again, with the operators of docs/reference/bundles.md and with"
            + " all numbers in the file");
  }

  private Fields all() {
    return new Fields(0, bytes.length);
  }

  /** The fields of one message, one after the other. */
  private final class Fields {
    private final int end;
    private int position;
    private int wireType;
    private int number;

    Fields(int start, int end) {
      this.position = start;
      this.end = end;
    }

    /** Goes to the next field, whose value must then be read or skipped. */
    boolean next() {
      if (position == end) {
        return false;
      }
      long tag = varint();
      wireType = (int) (tag & 7);
      number = (int) (tag >>> 3);
      if (tag >>> 3 == 0 || tag >>> 3 > 0x1fffffff) {
        throw noGraph();
      }
      return true;
    }

    long integer() {
      if (wireType != VARINT) {
        throw noGraph();
      }
      return varint();
    }

    Fields message() {
      int length = length();
      Fields inner = new Fields(position, position + length);
      position += length;
      return inner;
    }

    String text() {
      int length = length();
      String text = new String(bytes, position, length, StandardCharsets.UTF_8);
      position += length;
      return text;
    }

    void skip() {
      switch (wireType) {
        case VARINT -> varint();
        case EIGHT_BYTES -> advance(8);
        case BYTES -> advance(length());
        case FOUR_BYTES -> advance(4);
        default -> throw noGraph();
      }
    }

    private int length() {
      if (wireType != BYTES) {
        throw noGraph();
      }
      long length = varint();
      if (length < 0 || length > end - position) {
        throw noGraph();
      }
      return (int) length;
    }

    private void advance(int count) {
      if (count > end - position) {
        throw noGraph();
      }
      position += count;
    }

    private long varint() {
      long value = 0;
      for (int shift = 0; shift < 64; shift += 7) {
        if (position == end) {
          throw noGraph();
        }
        byte part = bytes[position++];
        value |= (long) (part & 0x7f) << shift;
        if (part >= 0) {
          return value;
        }
      }
      throw noGraph();
    }

    private BundleException noGraph() {
      return new BundleException(
          file
              + " is no graph that ONNX Runtime can load (it is damaged at byte "
              + position
              + "); export the bundle again");
    }
  }
}
