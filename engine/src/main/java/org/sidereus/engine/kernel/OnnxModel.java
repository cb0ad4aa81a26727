package org.sidereus.engine.kernel;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What {@link TileCompiler} needs of a graph: its nodes in order, and its constants.
 *
 * @param nodes in an order in which they can be evaluated, without constants and identities
 * @param outputs names of the outputs of the graph
 * @param constants by name
 */
record OnnxModel(List<OnnxNode> nodes, List<String> outputs, Map<String, OnnxConstant> constants) {
  /** Graphs with more nodes are left to ONNX Runtime. */
  private static final int MOST_NODES = 1 << 16;

  /**
   * Reads a graph.
   *
   * @throws UnfitGraphException where it holds what a tile program has no use for
   */
  static OnnxModel read(byte[] bytes) throws UnfitGraphException {
    OnnxModel model = new OnnxModel(new ArrayList<>(), new ArrayList<>(), new HashMap<>());
    ByteBuffer file = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    List<OnnxNode> nodes = new ArrayList<>();
    try {
      for (ProtoField field : ProtoField.of(file)) {
        if (field.number() == 25) {
          throw new UnfitGraphException("it has functions of its own");
        }
        if (field.number() == 7) {
          for (ProtoField inner : ProtoField.of(field.message())) {
            switch (inner.number()) {
              case 1 -> nodes.add(OnnxNode.read(inner.message()));
              case 5 -> model.add(OnnxConstant.read(inner.message()));
              case 12 -> model.outputs.add(name(inner.message()));
              default -> {}
            }
          }
        }
      }
      nodes.forEach(model::add);
    } catch (RuntimeException e) {
      throw new UnfitGraphException("it cannot be read: " + e);
    }
    if (model.nodes.size() > MOST_NODES) {
      throw new UnfitGraphException("it has " + model.nodes.size() + " nodes");
    }
    return model;
  }

  private static String name(ByteBuffer value) {
    String name = "";
    for (ProtoField field : ProtoField.of(value)) {
      if (field.number() == 1) {
        name = field.text();
      }
    }
    return name;
  }

  private void add(OnnxConstant.Named one) {
    constants.put(one.name(), one.constant());
  }

  /** A node, or the constant that it is or repeats. */
  private void add(OnnxNode node) {
    OnnxNode.Attribute value = node.attributes().get("value");
    if (node.operator().equals("Constant") && value != null && value.constant() != null) {
      constants.put(node.outputs().get(0), value.constant());
    } else if (node.operator().equals("Identity") && constants.containsKey(node.inputs().get(0))) {
      constants.put(node.outputs().get(0), constants.get(node.inputs().get(0)));
    } else {
      nodes.add(node);
    }
  }

  /** The nodes that some values depend on, in their order. */
  List<OnnxNode> nodesOf(Collection<String> values) {
    Set<String> names = new HashSet<>(values);
    List<OnnxNode> some = new ArrayList<>();
    for (int i = nodes.size() - 1; i >= 0; i--) {
      OnnxNode node = nodes.get(i);
      if (node.outputs().stream().anyMatch(names::contains)) {
        names.addAll(node.inputs());
        some.add(node);
      }
    }
    Collections.reverse(some);
    return some;
  }
}
