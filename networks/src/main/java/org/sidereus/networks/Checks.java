package org.sidereus.networks;

import java.util.List;

/** Checks of constructor arguments, shared by the records of this package. */
final class Checks {
  /** Largest width that is accepted. */
  static final int MAX_WIDTH = 1 << 16;

  private Checks() {}

  static void finite(String name, double value) {
    if (!Double.isFinite(value)) {
      throw new IllegalArgumentException(name + " must be finite but is " + value);
    }
  }

  static void positive(String name, double value) {
    if (!(value > 0) || !Double.isFinite(value)) {
      throw new IllegalArgumentException(name + " must be positive but is " + value);
    }
  }

  static void shiftAndScale(double shift, double scale) {
    finite("shift", shift);
    positive("scale", scale);
  }

  static void width(String name, int value) {
    if (value < 1 || value > MAX_WIDTH) {
      throw new IllegalArgumentException(
          name + " must be between 1 and " + MAX_WIDTH + " but is " + value);
    }
  }

  static <T> T present(String name, T value) {
    if (value == null) {
      throw new IllegalArgumentException(name + " is missing");
    }
    return value;
  }

  static <T> List<T> nonEmpty(String name, List<T> values) {
    List<T> copy = copy(name, values);
    if (copy.isEmpty()) {
      throw new IllegalArgumentException(name + " must not be empty");
    }
    return copy;
  }

  static <T> List<T> copy(String name, List<T> values) {
    present(name, values);
    for (int i = 0; i < values.size(); i++) {
      present(name + "[" + i + "]", values.get(i));
    }
    return List.copyOf(values);
  }
}
