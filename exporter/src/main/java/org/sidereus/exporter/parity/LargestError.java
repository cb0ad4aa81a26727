package org.sidereus.exporter.parity;

/** The largest of the errors of one output; not a number if one of them is not. */
final class LargestError {
  private double error;

  void take(double other) {
    error = Math.max(error, other);
  }

  /** Takes the size of a difference, relative to the reference or to 1. */
  void takeRelative(double difference, double reference) {
    take(Math.abs(difference) / Math.max(1, Math.abs(reference)));
  }

  ParityCheck.Deviation of(String output, double tolerance) {
    return new ParityCheck.Deviation(output, error, tolerance);
  }
}
