package org.sidereus.catalogs.table;

import io.jhdf.api.Dataset;
import io.jhdf.api.Group;
import io.jhdf.api.Node;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.sidereus.engine.SidereusException;

/** Looks for the sources of a table in an HDF5 file. */
final class HdfSources {
  private static final int MOST_NODES = 10_000;
  private static final int DEEPEST = 20;
  private static final Pattern PICKLED_NAME = Pattern.compile("(?m)^(?:\\(?l?p?\\d*a?)?V(.+)$");
  private static final Pattern TIME_UNIT = Pattern.compile("datetime64\\[(\\w+)]");

  private static final List<String> SCALES = List.of("scale_factor", "add_offset");

  private final String file;
  private int nodes;

  /**
   * A search.
   *
   * @param file its name, for messages
   */
  HdfSources(String file) {
    this.file = file;
  }

  /** The sources at a node or below it: those of the first table that is found. */
  List<HdfSource> find(Node node) {
    return find(node, 0);
  }

  private List<HdfSource> find(Node node, int depth) {
    if (++nodes > MOST_NODES || depth > DEEPEST) {
      throw new SidereusException(
          file + " has too many groups to look for a table; name one by --table or source.table");
    }
    if (node instanceof Dataset dataset) {
      return dataset.isCompound() && isList(dataset)
          ? List.of(source(node.getName(), dataset))
          : List.of();
    }
    if (!(node instanceof Group group)) {
      return List.of();
    }
    if (HdfSource.text(group, "pandas_type").equals("frame")) {
      return fixedFrame(group);
    }
    List<HdfSource> ofVaex = vaexColumns(group);
    if (!ofVaex.isEmpty()) {
      return ofVaex;
    }
    List<HdfSource> columns = new ArrayList<>();
    boolean table = true;
    for (Node child : group.getChildren().values()) {
      if (child instanceof Dataset dataset && !child.getName().endsWith(HdfTables.META)) {
        if (dataset.isCompound() && isList(dataset)) {
          return List.of(source(child.getName(), dataset));
        }
        table &=
            dataset.getDimensions().length > 0
                && dataset.getDimensions().length <= 2
                && (columns.isEmpty() || columns.get(0).rows() == HdfSource.length(dataset));
        if (table) {
          columns.add(source(child.getName(), dataset));
        }
      }
    }
    if (table && !columns.isEmpty()) {
      return columns;
    }
    for (Node child : group.getChildren().values()) {
      if (child instanceof Group inner && !child.getName().startsWith("_i_")) {
        List<HdfSource> found = find(inner, depth + 1);
        if (!found.isEmpty()) {
          return found;
        }
      }
    }
    return List.of();
  }

  /** The columns of vaex: a group for each, with its data and perhaps a mask. */
  private List<HdfSource> vaexColumns(Group group) {
    if (!(group.getChildren().get("columns") instanceof Group columns)) {
      return List.of();
    }
    List<HdfSource> found = new ArrayList<>();
    List<HdfSource> texts = new ArrayList<>();
    for (Node child : columns.getChildren().values()) {
      if (!(child instanceof Group column)
          || !(column.getChildren().get("data") instanceof Dataset data)) {
        continue; // categories, and sparse matrices
      }
      String name = child.getName();
      Dataset valid = column.getChildren().get("null_bitmap") instanceof Dataset bits ? bits : null;
      String type = HdfSource.text(data, "dtype");
      if (column.getChildren().get("indices") instanceof Dataset begins) {
        texts.add(
            new HdfSource(
                name, data, new HdfValues.VaexTexts(data, begins, valid), Map.of(), Map.of()));
      } else if (isList(data) && !type.equals("utf32")) {
        String unit = timeUnit(type);
        HdfValues values = new HdfValues.OfDataset(file, data);
        found.add(
            new HdfSource(
                name,
                data,
                valid == null ? values : new HdfValues.WithNulls(values, valid),
                Map.of(),
                unit == null ? Map.of() : Map.of("", unit)));
        if (column.getChildren().get("mask") instanceof Dataset mask) {
          found.add(
              new HdfSource(
                  name + ".mask", mask, new HdfValues.OfDataset(file, mask), Map.of(), Map.of()));
        }
      }
    }
    if (found.isEmpty() && !texts.isEmpty()) {
      throw new SidereusException(file + " has no column of numbers; name another file");
    }
    found.addAll(texts); // the rows are those of the first source
    return found;
  }

  private List<HdfSource> fixedFrame(Group group) {
    List<HdfSource> blocks = new ArrayList<>();
    List<HdfSource> pickled = new ArrayList<>();
    for (int i = 0; group.getChildren().containsKey("block%d_values".formatted(i)); i++) {
      if (group.getChild("block%d_values".formatted(i)) instanceof Dataset values
          && group.getChild("block%d_items".formatted(i)) instanceof Dataset items
          && items.getSize() <= MOST_NODES
          && items.getData() instanceof String[] names) {
        boolean isPickled = values.isVariableLength();
        String unit = isPickled ? null : timeUnit(HdfSource.text(values, "value_type"));
        if (isPickled || values.getDimensions().length == 2) {
          (isPickled ? pickled : blocks)
              .add(
                  new HdfSource(
                      isPickled ? HdfSource.PICKLED : "block" + i,
                      values,
                      new HdfValues.OfDataset(file, values),
                      Map.of("", List.of(names)),
                      unit == null ? Map.of() : Map.of("", unit)));
        }
      }
    }
    if (blocks.isEmpty() && !pickled.isEmpty()) {
      throw new SidereusException("%s: %s".formatted(file, HdfSource.PICKLED));
    }
    blocks.addAll(pickled); // the rows are those of the first source
    return blocks;
  }

  private static boolean isList(Dataset dataset) {
    return dataset.getDimensions().length == 1;
  }

  /** Names and units that pandas keeps in attributes of a table. */
  private HdfSource source(String name, Dataset dataset) {
    for (String key : SCALES) {
      if (dataset.getAttribute(key) != null) {
        throw new SidereusException(
            "%s: the dataset %s is scaled (%s, as netCDF does), which is not read; write it unscaled"
                .formatted(file, TableInput.printable(name), key));
      }
    }
    Map<String, List<String>> names = new HashMap<>();
    Map<String, String> units = new HashMap<>();
    for (String key : dataset.getAttributes().keySet()) {
      if (key.endsWith("_kind")) {
        List<String> found = new ArrayList<>();
        Matcher matcher = PICKLED_NAME.matcher(HdfSource.text(dataset, key));
        while (matcher.find()) {
          found.add(matcher.group(1));
        }
        names.put(key.substring(0, key.length() - "_kind".length()), found);
      } else if (key.endsWith("_dtype")) {
        String unit = timeUnit(HdfSource.text(dataset, key));
        if (unit != null) {
          units.put(key.substring(0, key.length() - "_dtype".length()), unit);
        }
      }
    }
    return new HdfSource(name, dataset, new HdfValues.OfDataset(file, dataset), names, units);
  }

  private static @Nullable String timeUnit(String type) {
    Matcher matcher = TIME_UNIT.matcher(type);
    return matcher.matches() ? matcher.group(1) : null;
  }
}
