package org.sidereus.catalogs.table;

/**
 * What a column of an Arrow file holds, by the numbers of the format.
 *
 * @param name its name
 * @param type number of the type
 * @param width bits of a number
 * @param signed whether whole numbers have a sign
 * @param unit of a time
 * @param parts what it has of a batch
 * @param dictionary number of the dictionary whose words it names; -1: none
 */
record ArrowField(
    String name, int type, int width, boolean signed, String unit, Parts parts, long dictionary) {
  private static final String[] UNITS = {"s", "ms", "us", "ns"};

  static final int INT = 2;
  static final int FLOAT = 3;
  static final int TEXT = 5;
  static final int TRUTH = 6;
  static final int DATE = 8;
  static final int TIMESTAMP = 10;
  static final int LARGE_TEXT = 20;
  static final int BYTES_VIEW = 23;
  static final int TEXT_VIEW = 24;

  boolean isView() {
    return type == BYTES_VIEW || type == TEXT_VIEW;
  }

  Column column() {
    Column.Type known =
        dictionary >= 0
            ? Column.Type.TEXT
            : switch (type) {
              case INT -> Column.Type.INTEGER;
              case FLOAT -> Column.Type.FLOATING;
              case TRUTH -> Column.Type.TRUTH;
              case DATE, TIMESTAMP -> Column.Type.TIME;
              default -> Column.Type.TEXT;
            };
    return new Column(name, known, null, null, null);
  }

  /**
   * What a column has of a batch, with the columns inside it.
   *
   * @param buffers number of buffers, without the blocks of views
   * @param nodes number of nodes
   * @param views number of columns of views
   */
  record Parts(int buffers, int nodes, int views) {
    /** One column whose cells are whole texts. */
    static final Parts OF_TEXTS = new Parts(3, 1, 0);
  }

  /**
   * A field of a schema.
   *
   * @throws IllegalArgumentException if its type is not read, or the metadata are damaged
   */
  static ArrowField of(Flat field) {
    return of(field, 0);
  }

  private static ArrowField of(Flat field, int depth) {
    if (depth > 20) {
      throw new IllegalArgumentException("the metadata are damaged");
    }
    int type = field.int8(2, 0);
    int buffers =
        switch (type) {
          case 1 -> 0;
          case 4, 5, 19, 20 -> 3;
          case 13, 16 -> 1;
          case 2, 3, 6, 7, 8, 9, 10, 11, 12, 15, 17, 18, 21, BYTES_VIEW, TEXT_VIEW -> 2;
          default ->
              throw new IllegalArgumentException(
                  "the column %s is of a type that is not read (number %d); write the table as Parquet"
                      .formatted(field.text(0), type));
        };
    int nodes = 1;
    boolean coded = field.has(4);
    int views = !coded && (type == BYTES_VIEW || type == TEXT_VIEW) ? 1 : 0;
    for (int i = 0; i < field.length(5); i++) {
      ArrowField child = of(field.element(5, i), depth + 1);
      buffers += child.parts().buffers();
      nodes += child.parts().nodes();
      views += child.parts().views();
    }
    int width = 0;
    boolean signed = true;
    String unit = "";
    long dictionary = -1;
    if (coded) {
      Flat encoding = field.table(4);
      dictionary = encoding.int64(0, 0);
      width = encoding.has(1) ? encoding.table(1).int32(0, 32) : 32;
      signed = !encoding.has(1) || encoding.table(1).int8(1, 0) != 0;
      buffers = 2;
    } else if (type == INT) {
      width = field.table(3).int32(0, 0);
      signed = field.table(3).int8(1, 0) != 0;
    } else if (type == FLOAT) {
      width = 16 << field.table(3).int16(0, 0);
    } else if (type == DATE) {
      unit = field.table(3).int16(0, 1) == 0 ? "D" : "ms";
      width = unit.equals("D") ? 32 : 64;
    } else if (type == TIMESTAMP) {
      unit = UNITS[field.table(3).int16(0, 0)];
      width = 64;
    }
    return new ArrowField(
        field.text(0), type, width, signed, unit, new Parts(buffers, nodes, views), dictionary);
  }
}
