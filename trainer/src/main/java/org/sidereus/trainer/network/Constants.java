package org.sidereus.trainer.network;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import java.util.HashMap;
import java.util.Map;

/**
 * Numbers as tensors that live as long as the manager they were made for. The graph of a product
 * keeps both factors until its gradient is taken, but DJL frees the tensor of a plain Java number
 * as soon as the product is computed; so no plain numbers in differentiated expressions.
 */
final class Constants {
  private final NDManager manager;
  private final Map<Number, NDArray> arrays = new HashMap<>();

  Constants(NDManager manager) {
    this.manager = manager;
  }

  /** A single precision number; a result of arithmetic must not start with it. */
  NDArray of(double value) {
    return arrays.computeIfAbsent(value, v -> manager.create(v.floatValue()));
  }

  /** A whole number. */
  NDArray of(long value) {
    return arrays.computeIfAbsent(value, v -> manager.create(v.longValue()));
  }
}
