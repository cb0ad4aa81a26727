package org.sidereus.engine.kernel;

/** A graph holds what a {@link TileProgram} cannot compute. */
public final class UnfitGraphException extends Exception {
  private static final long serialVersionUID = 1;

  /** A message that says what, without the name of the graph. */
  UnfitGraphException(String message) {
    super(message);
  }
}
