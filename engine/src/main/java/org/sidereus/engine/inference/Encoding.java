package org.sidereus.engine.inference;

/** The measurements of one object as the input of a bundle, or why they cannot be. */
public sealed interface Encoding {

  /** Why an object cannot be encoded; the symbols of the stream's rejections. */
  enum Reason {
    /** A quantity that the bundle needs was not measured. */
    MISSING_OBSERVABLE,
    /** A value is not a finite number. */
    NOT_FINITE,
    /** An error is zero, negative or not finite. */
    NON_POSITIVE_ERROR,
    /** Errors that measurements share are wrong, or the bundle cannot take them. */
    SHARED_ERRORS
  }

  /**
   * A row of the graphs' input.
   *
   * @param features [F], in the order of the manifest's features; where measurements share errors,
   *     the whitening matrix [T * T] of {@link org.sidereus.engine.bundle.GraphContract#WHITENING}
   *     follows; not copied
   */
  record Row(float[] features) implements Encoding {}

  /**
   * A refusal.
   *
   * @param reason its kind
   * @param detail what was wrong and what to do, in one sentence
   */
  record Refused(Reason reason, String detail) implements Encoding {}
}
