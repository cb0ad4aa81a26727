package org.sidereus.exporter.onnx;

import ai.onnx.proto.OnnxMl;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.TypeProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import java.util.List;
import java.util.Locale;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * An input or output of a graph.
 *
 * @param info its name, type and shape
 */
record GraphPort(ValueInfoProto info) {
  static List<GraphPort> all(List<ValueInfoProto> ports) {
    return ports.stream().map(GraphPort::new).toList();
  }

  /** The one port of a name; null where there is none. */
  static @Nullable GraphPort named(List<GraphPort> ports, String name) {
    return only(ports, port -> port.name().equals(name));
  }

  /** The one port that is wanted; null where there is none, or more than one. */
  static @Nullable GraphPort only(List<GraphPort> ports, Predicate<GraphPort> wanted) {
    List<GraphPort> found = ports.stream().filter(wanted).toList();
    return found.size() == 1 ? found.get(0) : null;
  }

  /** Names, types and shapes, for messages. */
  static String described(List<GraphPort> ports) {
    return ports.stream().map(GraphPort::described).collect(Collectors.joining(", "));
  }

  String name() {
    return info.getName();
  }

  /** Number of axes; -1: not known. */
  int rank() {
    TypeProto.Tensor tensor = info.getType().getTensorType();
    return tensor.hasShape() ? tensor.getShape().getDimCount() : -1;
  }

  /** Whether an axis has one length only. */
  boolean isFixed(int axis) {
    return rank() > axis && shape().getDim(axis).hasDimValue();
  }

  /** Length of a fixed axis. */
  long length(int axis) {
    return shape().getDim(axis).getDimValue();
  }

  /** Whether it may be a matrix of numbers with some columns. */
  boolean mayHaveColumns(int width) {
    return rank() == 2 && (!isFixed(1) || length(1) == width) && isNumber();
  }

  boolean isFloat() {
    return type() == TensorProto.DataType.FLOAT.getNumber();
  }

  /** Number of the type of the elements, as ONNX has it. */
  int type() {
    return info.getType().getTensorType().getElemType();
  }

  String typeName() {
    TensorProto.DataType known = TensorProto.DataType.forNumber(type());
    return known == null ? "type " + type() : known.name().toLowerCase(Locale.ROOT);
  }

  /** Name, type and shape, for messages. */
  String described() {
    return "%s %s [%s]"
        .formatted(
            name(),
            typeName(),
            shape().getDimList().stream()
                .map(one -> one.hasDimValue() ? "" + one.getDimValue() : one.getDimParam())
                .collect(Collectors.joining(",")));
  }

  private boolean isNumber() {
    return isFloat()
        || type() == TensorProto.DataType.DOUBLE.getNumber()
        || type() == TensorProto.DataType.FLOAT16.getNumber();
  }

  private OnnxMl.TensorShapeProto shape() {
    return info.getType().getTensorType().getShape();
  }
}
