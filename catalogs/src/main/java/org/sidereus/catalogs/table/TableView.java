package org.sidereus.catalogs.table;

import java.util.List;
import java.util.OptionalLong;

/** A table that shows the rows of another one in its own way. */
interface TableView extends Table {
  /** The other one, which is closed with this one. */
  Table table();

  @Override
  default TableFormat format() {
    return table().format();
  }

  @Override
  default List<String> others() {
    return table().others();
  }

  @Override
  default List<String> notes() {
    return table().notes();
  }

  @Override
  default OptionalLong rows() {
    return table().rows();
  }

  @Override
  default void close() {
    table().close();
  }
}
