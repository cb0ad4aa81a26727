package org.sidereus.catalogs.table;

import java.io.StringReader;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.sidereus.engine.SidereusException;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.error.YAMLException;
import org.yaml.snakeyaml.nodes.MappingNode;
import org.yaml.snakeyaml.nodes.Node;
import org.yaml.snakeyaml.nodes.NodeTuple;
import org.yaml.snakeyaml.nodes.ScalarNode;
import org.yaml.snakeyaml.nodes.SequenceNode;

/**
 * The description of columns in YAML that astropy writes at the top of ECSV files and into the
 * metadata of HDF5 and Parquet files.
 *
 * @param root null: there is no description
 */
record AstropyHeader(@Nullable Node root) {
  /** Most characters of a description. */
  static final int LONGEST = 8 << 20;

  private static final int DEEPEST = 5;
  private static final String TIME = "astropy.time.core.Time";

  /** No description. */
  static final AstropyHeader NONE = new AstropyHeader(null);

  /**
   * Reads a description.
   *
   * @param name name of the file, for messages
   * @throws SidereusException if it is no YAML
   */
  static AstropyHeader parse(String name, String yaml) {
    try {
      LoaderOptions options = new LoaderOptions();
      options.setCodePointLimit(LONGEST);
      options.setNestingDepthLimit(30);
      return new AstropyHeader(new Yaml(options).compose(new StringReader(yaml)));
    } catch (YAMLException e) {
      throw new SidereusException(
          "%s: the header is no YAML (%s); write the table again"
              .formatted(name, SidereusException.describe(e)),
          e);
    }
  }

  /** The list of the columns; empty if there is none. */
  List<Node> columns() {
    return member(root, "datatype") instanceof SequenceNode list ? list.getValue() : List.of();
  }

  /** The unit of a column of {@link #columns}. */
  static @Nullable String unit(Node column) {
    Node unit = member(column, "unit");
    return unit instanceof MappingNode ? scalar(member(unit, "unit")) : scalar(unit);
  }

  /** Columns with the units, the descriptions and the frames of times that this header states. */
  List<Column> describe(List<Column> columns) {
    Map<String, Node> described = new HashMap<>();
    for (Node one : columns()) {
      String name = scalar(member(one, "name"));
      if (name != null) {
        described.put(name, one);
      }
    }
    Map<String, TimeFrame> times = times();
    return columns.stream()
        .map(
            column -> {
              String whole = column.name().replaceFirst("\\[\\d+]$", "");
              Node node = described.get(whole);
              String unit = node == null ? null : unit(node);
              String description = node == null ? null : scalar(member(node, "description"));
              return new Column(
                  column.name(),
                  column.type(),
                  unit == null ? column.unit() : unit,
                  column.ucd(),
                  description == null ? column.description() : description,
                  times.getOrDefault(whole, column.times()));
            })
        .toList();
  }

  /** The frames of the columns that hold times. */
  private Map<String, TimeFrame> times() {
    Map<String, TimeFrame> times = new HashMap<>();
    Node meta = member(root, "meta");
    List<Node> parts = meta instanceof SequenceNode list ? list.getValue() : List.of();
    for (Node part : meta instanceof MappingNode ? List.of(meta) : parts) {
      if (member(part, "__serialized_columns__") instanceof MappingNode columns) {
        for (NodeTuple one : columns.getValue()) {
          Node column = one.getValueNode();
          if (TIME.equals(scalar(member(column, "__class__")))) {
            String scale = scalar(member(column, "scale"));
            String format = scalar(member(column, "format"));
            add(times, column, "value", new TimeFrame(format, scale, null));
            TimeFrame julian = new TimeFrame("jd", scale, null);
            add(times, column, "jd1", julian);
            add(times, column, "jd2", julian);
          }
        }
      }
    }
    return times;
  }

  /** Adds the column that a key of a serialized one names; in masked times it lies deeper. */
  private static void add(
      Map<String, TimeFrame> times, @Nullable Node column, String key, TimeFrame frame) {
    Node value = member(column, key);
    for (int depth = 0; depth < DEEPEST && member(value, "name") == null; depth++) {
      Node data = member(value, "data");
      value = data == null ? member(value, "unmasked") : data;
    }
    String name = scalar(member(value, "name"));
    if (name != null) {
      times.put(name, frame);
    }
  }

  static @Nullable Node member(@Nullable Node node, String key) {
    if (node instanceof MappingNode mapping) {
      for (NodeTuple tuple : mapping.getValue()) {
        if (key.equals(scalar(tuple.getKeyNode()))) {
          return tuple.getValueNode();
        }
      }
    }
    return null;
  }

  static @Nullable String scalar(@Nullable Node node) {
    return node instanceof ScalarNode one ? one.getValue() : null;
  }
}
