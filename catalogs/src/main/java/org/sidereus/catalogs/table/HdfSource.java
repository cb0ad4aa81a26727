package org.sidereus.catalogs.table;

import io.jhdf.api.Attribute;
import io.jhdf.api.Dataset;
import io.jhdf.api.Node;
import java.lang.reflect.Array;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A dataset of an HDF5 file whose rows are rows of a table.
 *
 * @param name of the column that it is, or that its fields and elements are part of; {@link
 *     #PICKLED} if it cannot be read
 * @param dataset itself
 * @param values its values
 * @param names of the elements of each field's arrays, by field; of a dataset without fields by ""
 * @param units of times, as numpy names them, in the same way
 */
record HdfSource(
    String name,
    Dataset dataset,
    HdfValues values,
    Map<String, List<String>> names,
    Map<String, String> units) {
  /** Name of a source that cannot be read, and what its cells are refused with. */
  static final String PICKLED =
      "texts in pandas' fixed format are pickled, which is not read; write the frame by"
          + " to_hdf(..., format='table')";

  private static final List<String> FILLS = List.of("_FillValue", "missing_value");

  boolean isPickled() {
    return name.equals(PICKLED);
  }

  /** Number of rows. */
  long rows() {
    return length(dataset);
  }

  /**
   * An attribute of a dataset that is a column, as h5py and vaex write it.
   *
   * @return the first one with a text; null if there is none
   */
  @Nullable String attribute(String... keys) {
    for (String key : keys) {
      String text = text(dataset, key);
      if (!text.isBlank()) {
        return text;
      }
    }
    return null;
  }

  /**
   * The number by which netCDF marks a missing value, of {@code _FillValue} or {@code
   * missing_value}.
   *
   * @return null if there is none
   */
  @Nullable Number fill() {
    for (String key : FILLS) {
      Attribute found = dataset.getAttribute(key);
      Object data = found == null ? null : found.getData();
      if (data != null && data.getClass().isArray() && Array.getLength(data) == 1) {
        data = Array.get(data, 0);
      }
      if (data instanceof Number number) {
        return number;
      }
    }
    return null;
  }

  /** The text of an attribute; empty if there is none. */
  static String text(Node node, String attribute) {
    Attribute found = node.getAttribute(attribute);
    return found != null && found.getData() instanceof String text ? text : "";
  }

  /** Number of rows of a dataset. */
  static long length(Dataset dataset) {
    return dataset.getDimensions().length == 0 ? 0 : dataset.getDimensions()[0];
  }
}
