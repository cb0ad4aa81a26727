package org.sidereus.engine.kernel;

/** The instructions of a {@link TileProgram}; the numbers are those of kernel.cpp. */
enum TileOperation {
  /** Constant weights times rows, with a bias and an activation. */
  PRODUCT(1),
  /** A matrix of the object times rows. */
  OBJECT_PRODUCT(2),
  SUM(3),
  SELECT(4),
  /** The product of weights and rows that are rounded to bfloat16, with float32 sums. */
  BFLOAT16_PRODUCT(5),
  COPY(10),
  SILU(11),
  SIGMOID(12),
  TANH(13),
  RELU(14),
  SOFTSIGN(15),
  EXP(16),
  LOG(17),
  ERF(18),
  NEGATE(19),
  MAGNITUDE(20),
  ELU(21),
  CLIP(22),
  SQRT(23),
  FLOOR(24),
  ADD(40),
  SUBTRACT(41),
  MULTIPLY(42),
  DIVIDE(43),
  LARGER(44),
  SMALLER(45),
  GREATER(46),
  LESS(47),
  GREATER_OR_EQUAL(48),
  LESS_OR_EQUAL(49),
  EQUAL(50);

  private final int code;

  TileOperation(int code) {
    this.code = code;
  }

  boolean isProduct() {
    return this == PRODUCT || this == BFLOAT16_PRODUCT;
  }

  int code() {
    return code;
  }
}
