package org.sidereus.catalogs.table;

import org.jspecify.annotations.Nullable;

/**
 * An element of a column of arrays, whose name is {@code ARRAY[ELEMENT]}.
 *
 * @param array name of the column
 * @param element number of the element, from 0
 */
record ArrayElement(String array, int element) {
  /** The element that a name says; null if it is the name of none. */
  static @Nullable ArrayElement of(String name) {
    int bracket = name.lastIndexOf('[');
    return bracket < 0 || !name.substring(bracket).matches("\\[\\d{1,9}]")
        ? null
        : new ArrayElement(
            name.substring(0, bracket),
            Integer.parseInt(name.substring(bracket + 1, name.length() - 1)));
  }
}
