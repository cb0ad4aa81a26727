package org.sidereus.engine.kernel;

/**
 * Where a number of an object and a sample is: in a row of the tile, which depends on the sample,
 * in a column, which depends on the object only, among the constants, or among the whole numbers
 * that the translation knows. The upper bits of a whole number say which, the lower ones where.
 */
final class TileRows {
  private static final int COLUMN = 1 << 28;
  private static final int CONSTANT = 2 << 28;
  private static final int WHOLE = 3 << 28;
  private static final int PLACE = COLUMN - 1;

  private TileRows() {}

  static int column(int place) {
    return COLUMN | place;
  }

  static int constant(int place) {
    return CONSTANT | place;
  }

  static int whole(int place) {
    return WHOLE | place;
  }

  static boolean isTile(int row) {
    return row < COLUMN;
  }

  static boolean isColumn(int row) {
    return (row & ~PLACE) == COLUMN;
  }

  static boolean isConstant(int row) {
    return (row & ~PLACE) == CONSTANT;
  }

  static boolean isWhole(int row) {
    return (row & ~PLACE) == WHOLE;
  }

  static int place(int row) {
    return row & PLACE;
  }
}
