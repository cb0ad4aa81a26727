package org.sidereus.engine.inference;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;

/**
 * A float32 tensor over memory that this object allocates: ONNX Runtime reads and writes the buffer
 * in place, so that a tensor can be used for many evaluations without a copy or an allocation.
 */
final class FloatTensor implements AutoCloseable {
  private final FloatBuffer buffer;
  private final OnnxTensor tensor;

  private FloatTensor(FloatBuffer buffer, OnnxTensor tensor) {
    this.buffer = buffer;
    this.tensor = tensor;
  }

  /** A tensor of zeros. */
  static FloatTensor allocate(OrtEnvironment environment, long... shape) throws OrtException {
    long size = 1;
    for (long axis : shape) {
      size = Math.multiplyExact(size, axis);
    }
    int bytes = Math.toIntExact(Math.multiplyExact(size, Float.BYTES));
    FloatBuffer buffer =
        ByteBuffer.allocateDirect(bytes).order(ByteOrder.nativeOrder()).asFloatBuffer();
    return new FloatTensor(buffer, OnnxTensor.createTensor(environment, buffer, shape));
  }

  /** A tensor over the first entries of this one's memory; close it before this one. */
  FloatTensor head(OrtEnvironment environment, long... shape) throws OrtException {
    int size = 1;
    for (long axis : shape) {
      size = Math.toIntExact(size * axis);
    }
    FloatBuffer part = buffer.slice(0, size);
    return new FloatTensor(part, OnnxTensor.createTensor(environment, part, shape));
  }

  /** The memory; use absolute positions only. */
  FloatBuffer buffer() {
    return buffer;
  }

  OnnxTensor tensor() {
    return tensor;
  }

  @Override
  public void close() {
    tensor.close();
  }
}
