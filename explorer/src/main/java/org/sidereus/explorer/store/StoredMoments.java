package org.sidereus.explorer.store;

import java.nio.ByteBuffer;

/**
 * Means and standard deviations of an object's parameters as the database keeps them. A mean needs
 * all its digits: that of a date is known to a millionth of it.
 */
public final class StoredMoments {
  private static final int BYTES = Double.BYTES + Float.BYTES;

  private final ByteBuffer buffer;

  /** Moments of so many parameters. */
  StoredMoments(int parameters) {
    buffer = ByteBuffer.allocate(parameters * BYTES);
  }

  private StoredMoments(ByteBuffer buffer) {
    this.buffer = buffer;
  }

  /** Moments from the database. */
  public static StoredMoments of(byte[] bytes) {
    return new StoredMoments(ByteBuffer.wrap(bytes));
  }

  /** Adds those of the next parameter. */
  void add(double mean, double sd) {
    buffer.putDouble(mean).putFloat((float) sd);
  }

  /** For the database. */
  byte[] bytes() {
    return buffer.array();
  }

  /** Number of parameters. */
  public int parameters() {
    return buffer.capacity() / BYTES;
  }

  /** Mean of a parameter, in its unit. */
  public double mean(int parameter) {
    return buffer.getDouble(parameter * BYTES);
  }

  /** Standard deviation of a parameter, in its unit. */
  public double sd(int parameter) {
    return buffer.getFloat(parameter * BYTES + Double.BYTES);
  }
}
