package org.sidereus.trainer.training;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import org.jspecify.annotations.Nullable;

/**
 * Makes the next batches on a thread of its own while the current one is trained on. The memory of
 * a few batches is used again and again: on the CPU a tensor is a view of it.
 */
final class Prefetcher implements AutoCloseable {
  private static final int DEPTH = 3;

  private final BlockingQueue<Memory> free = new ArrayBlockingQueue<>(DEPTH);
  private final BlockingQueue<Memory> ready = new ArrayBlockingQueue<>(DEPTH);
  private final BatchSource source;
  private final BatchSizes sizes;
  private final Thread thread;
  private volatile @Nullable RuntimeException failure;

  Prefetcher(BatchSource source, BatchSizes sizes, long firstStep, long lastStep) {
    this.source = source;
    this.sizes = sizes;
    for (int i = 0; i < DEPTH; i++) {
      free.add(new Memory(source, sizes.last()));
    }
    this.thread = new Thread(() -> produce(firstStep, lastStep), "batches");
    this.thread.setDaemon(true);
    this.thread.start();
  }

  private void produce(long firstStep, long lastStep) {
    try {
      for (long step = firstStep; step < lastStep; step++) {
        Memory memory = free.take();
        memory.fill(source, step, sizes.at(step));
        ready.put(memory);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (RuntimeException e) {
      failure = e;
      ready.clear();
      ready.add(new Memory(source, 1));
    }
  }

  /**
   * The batch of the next step; give it back with {@link #release} when it is not used any more.
   */
  Memory next() throws InterruptedException {
    Memory memory = ready.take();
    if (failure != null) {
      throw new IllegalStateException("a batch could not be made", failure);
    }
    return memory;
  }

  void release(Memory memory) {
    free.add(memory);
  }

  @Override
  public void close() {
    thread.interrupt();
    try {
      thread.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** The memory of one batch. */
  static final class Memory {
    private final int firstWidth;
    private final int secondWidth;
    private final ByteBuffer first;
    private final ByteBuffer second;
    private int rows;

    Memory(BatchSource source, int largest) {
      this.firstWidth = source.firstWidth();
      this.secondWidth = source.secondWidth();
      this.first = buffer(largest * firstWidth);
      this.second = buffer(largest * secondWidth);
    }

    private static ByteBuffer buffer(int values) {
      return ByteBuffer.allocateDirect(values * Float.BYTES).order(ByteOrder.nativeOrder());
    }

    void fill(BatchSource source, long step, int size) {
      float[] firstValues = new float[size * firstWidth];
      float[] secondValues = new float[size * secondWidth];
      source.fill(step, size, firstValues, secondValues);
      first.clear();
      first.asFloatBuffer().put(firstValues);
      second.clear();
      second.asFloatBuffer().put(secondValues);
      rows = size;
    }

    int rows() {
      return rows;
    }

    NDArray first(NDManager manager) {
      return tensor(manager, first, firstWidth);
    }

    NDArray second(NDManager manager) {
      return tensor(manager, second, secondWidth);
    }

    private NDArray tensor(NDManager manager, ByteBuffer values, int width) {
      ByteBuffer used = values.duplicate().order(ByteOrder.nativeOrder());
      used.position(0).limit(rows * width * Float.BYTES);
      return manager.create(used, new Shape(rows, width), DataType.FLOAT32);
    }
  }
}
