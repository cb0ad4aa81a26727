package org.sidereus.engine.kernel;

/**
 * Sizes of axes as a graph computes with them. The translation knows neither the number of objects
 * nor that of samples. It takes a large prime for each, so that arithmetic gives what it gives for
 * any numbers, and finds the axes again by their sizes.
 */
final class FreeAxes {
  private static final long OBJECTS = 1_000_003;
  private static final long SAMPLES = 1_000_033;
  private static final long LARGEST = 1 << 16;

  private FreeAxes() {}

  /** The size of an axis of a {@link TileValue}. */
  static long size(int axis) {
    return switch (axis) {
      case TileValue.OBJECTS -> OBJECTS;
      case TileValue.SAMPLES -> SAMPLES;
      case TileValue.POINTS -> OBJECTS * SAMPLES;
      default -> axis;
    };
  }

  /**
   * The axis of a {@link TileValue} with a size.
   *
   * @throws UnfitGraphException where there is none
   */
  static int axis(long size) throws UnfitGraphException {
    if (size == OBJECTS) {
      return TileValue.OBJECTS;
    }
    if (size == SAMPLES) {
      return TileValue.SAMPLES;
    }
    if (size == OBJECTS * SAMPLES) {
      return TileValue.POINTS;
    }
    if (size < 0 || size > LARGEST) {
      throw new UnfitGraphException("an axis of another size");
    }
    return (int) size;
  }
}
