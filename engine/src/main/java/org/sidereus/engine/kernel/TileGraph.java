package org.sidereus.engine.kernel;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.IntBuffer;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import org.jspecify.annotations.Nullable;
import org.sidereus.engine.bundle.GaussianTerms;
import org.sidereus.engine.bundle.GraphContract;
import org.sidereus.engine.bundle.Manifest;

/**
 * A posterior graph that a kernel evaluates: all of it for some tens of samples of one object after
 * the other, so that no value leaves the first caches. Only what the asked outputs need is
 * evaluated. Safe for threads; {@link #close} waits for evaluations under way. Results depend
 * neither on the other objects nor on the other outputs, to the last bit. Without {@linkplain
 * #inBfloat16 products of bfloat16} they differ from those of ONNX Runtime within float32 rounding.
 */
public final class TileGraph implements AutoCloseable {
  /** Samples of a tile. */
  private static final int WIDTH = 64;

  private static final int MOST_LANES = 16;

  private final OnnxModel model;
  private final int lanes;
  private final int threads;
  private final Sizes sizes;

  /** 1: evaluations end before their next tile. */
  private final IntBuffer stop =
      ByteBuffer.allocateDirect(Integer.BYTES).order(ByteOrder.nativeOrder()).asIntBuffer();

  /** No evaluation is under way when the programs are freed. */
  private final ReadWriteLock lock = new ReentrantReadWriteLock();

  private boolean closed;

  /** By the names of the outputs, sorted. */
  private final Map<List<String>, Compiled> programs = new ConcurrentHashMap<>();

  private record Compiled(long handle, List<Integer> widths) {}

  /** Weights of the products of bfloat16, by the names of their results. */
  private final Map<String, float[]> bfloat16;

  /**
   * Sizes of the inputs.
   *
   * @param terms T, where the graph takes a whitening matrix; otherwise 0
   */
  private record Sizes(int features, int parameters, int terms) {
    static Sizes of(Manifest manifest) {
      int terms = manifest.takesSharedErrors() ? GaussianTerms.count(manifest) : 0;
      return new Sizes(manifest.features().size(), manifest.parameters().size(), terms);
    }
  }

  private TileGraph(
      OnnxModel model, Map<String, float[]> bfloat16, Sizes sizes, int lanes, int threads) {
    this.model = model;
    this.bfloat16 = bfloat16;
    this.sizes = sizes;
    this.lanes = lanes;
    this.threads = threads;
  }

  /** Why no graph is evaluated by a kernel here; empty: it can be. */
  public static String problem() {
    return TileLibrary.problem();
  }

  /**
   * Translates a graph.
   *
   * @param graph its file
   * @param threads of one evaluation
   * @throws UnfitGraphException where the kernel is not there, or does not know a node of the graph
   */
  public static TileGraph open(byte[] graph, Manifest manifest, int threads)
      throws UnfitGraphException {
    if (!TileLibrary.problem().isEmpty()) {
      throw new UnfitGraphException(TileLibrary.problem());
    }
    return open(graph, manifest, TileLibrary.lanes(), threads);
  }

  /** The same with vectors of 8 or 16 numbers. */
  static TileGraph open(byte[] graph, Manifest manifest, int lanes, int threads)
      throws UnfitGraphException {
    return compiled(
        new TileGraph(OnnxModel.read(graph), Map.of(), Sizes.of(manifest), lanes, threads));
  }

  private static TileGraph compiled(TileGraph tiles) throws UnfitGraphException {
    try {
      tiles.program(tiles.outputs());
    } catch (UnfitGraphException | RuntimeException e) {
      tiles.close();
      throw e;
    }
    return tiles;
  }

  /** Whether the processor has bfloat16, and the graph products that may be rounded to it. */
  public boolean takesBfloat16() {
    return lanes == MOST_LANES
        && TileLibrary.hasBfloat16()
        && !Bfloat16Products.of(model).isEmpty();
  }

  /**
   * The same graph with products of bfloat16 where its samples do not depend on them. Their weights
   * are rounded for the values that they meet in an evaluation.
   *
   * @param objects B of this evaluation
   * @param samples S
   * @param inputs as of {@link #run}
   * @return null where {@link #stop} ended the evaluation
   * @throws UnfitGraphException where no product can be rounded
   */
  public @Nullable TileGraph inBfloat16(int objects, int samples, Map<String, FloatBuffer> inputs)
      throws UnfitGraphException {
    Map<String, float[]> weights = new HashMap<>();
    for (Bfloat16Products.Product product : Bfloat16Products.of(model)) {
      int count = objects * samples;
      FloatBuffer values =
          ByteBuffer.allocateDirect(Float.BYTES * count * product.terms())
              .order(ByteOrder.nativeOrder())
              .asFloatBuffer();
      if (program(List.of(product.input())).widths.get(0) != product.terms()) {
        continue;
      }
      if (!run(objects, samples, inputs, Map.of(product.input(), values))) {
        return null;
      }
      float[] rounded = Bfloat16Weights.of(product, values);
      if (rounded != null) {
        weights.put(product.output(), rounded);
      }
    }
    if (weights.isEmpty()) {
      throw new UnfitGraphException("no product can be rounded");
    }
    return compiled(new TileGraph(model, weights, sizes, lanes, threads));
  }

  /** The outputs of {@link GraphContract} that the graph has. */
  public List<String> outputs() {
    return model.outputs().stream()
        .filter(GraphContract.POSTERIOR_NAMES::contains)
        .sorted()
        .toList();
  }

  /** Values of an output for each object and sample. */
  public int width(String output) {
    Compiled whole = programs.get(outputs());
    if (whole == null) {
      throw new IllegalStateException("the kernel of this graph is closed");
    }
    return whole.widths.get(outputs().indexOf(output));
  }

  private Compiled program(Collection<String> outputs) throws UnfitGraphException {
    List<String> names = outputs.stream().sorted().toList();
    Compiled known = programs.get(names);
    if (known != null) {
      return known;
    }
    synchronized (programs) {
      known = programs.get(names);
      if (known == null) {
        known = compile(names);
        programs.put(names, known);
      }
      return known;
    }
  }

  private Compiled compile(List<String> names) throws UnfitGraphException {
    TileProgram program =
        TileCompiler.compile(model, bfloat16, names, sizes.features, sizes.terms, sizes.parameters);
    try {
      return new Compiled(TileLibrary.create(program, lanes, WIDTH), program.widths());
    } catch (IllegalArgumentException | IllegalStateException e) {
      throw new UnfitGraphException(String.valueOf(e.getMessage()));
    }
  }

  /**
   * Evaluates the graph.
   *
   * @param objects B
   * @param samples S
   * @param inputs direct memory of x, noise and, where the graph takes it, whitening
   * @param outputs direct memory of the wanted outputs, names of {@link #outputs()}
   * @return whether it is through; false: {@link #stop} ended it, and the outputs have no meaning
   * @throws IllegalStateException after {@link #close}
   */
  public boolean run(
      int objects, int samples, Map<String, FloatBuffer> inputs, Map<String, FloatBuffer> outputs) {
    lock.readLock().lock();
    try {
      if (closed) {
        throw new IllegalStateException("the kernel of this graph is closed");
      }
      evaluate(objects, samples, inputs, outputs);
      return stop.get(0) == 0;
    } finally {
      lock.readLock().unlock();
    }
  }

  /**
   * Ends all evaluations before their next tile, which takes less than a second.
   *
   * @param wanted false: evaluations run again
   */
  public void stop(boolean wanted) {
    stop.put(0, wanted ? 1 : 0);
  }

  private void evaluate(
      int objects, int samples, Map<String, FloatBuffer> inputs, Map<String, FloatBuffer> outputs) {
    if (objects < 0 || samples < 0) {
      throw new IllegalArgumentException(objects + " objects and " + samples + " samples");
    }
    Compiled program;
    try {
      program = program(outputs.keySet());
    } catch (UnfitGraphException e) {
      throw new IllegalStateException("a part of the graph does not fit: " + e.getMessage(), e);
    }
    List<String> names = outputs.keySet().stream().sorted().toList();
    FloatBuffer[] out = new FloatBuffer[names.size()];
    for (int i = 0; i < out.length; i++) {
      out[i] = checked(outputs, names.get(i), (long) objects * samples * program.widths.get(i));
    }
    int terms = sizes.terms;
    FloatBuffer x = checked(inputs, GraphContract.FEATURES, (long) objects * sizes.features);
    FloatBuffer noise = checked(inputs, GraphContract.NOISE, (long) samples * sizes.parameters);
    if (terms == 0) {
      TileLibrary.run(program.handle, objects, samples, x, noise, null, false, out, threads, stop);
      return;
    }
    FloatBuffer whitening = checked(inputs, GraphContract.WHITENING, (long) terms * terms);
    boolean own = whitening.capacity() > terms * terms;
    whitening =
        checked(inputs, GraphContract.WHITENING, (long) (own ? objects : 1) * terms * terms);
    TileLibrary.run(program.handle, objects, samples, x, noise, whitening, own, out, threads, stop);
  }

  /** A message that names the buffer; the kernel looks again. */
  private static FloatBuffer checked(Map<String, FloatBuffer> buffers, String name, long size) {
    FloatBuffer buffer = buffers.get(name);
    if (buffer == null
        || !buffer.isDirect()
        || buffer.order() != ByteOrder.nativeOrder()
        || buffer.capacity() < size) {
      throw new IllegalArgumentException(
          name + " needs direct memory of " + size + " numbers in the order of the processor");
    }
    return buffer;
  }

  /** What evaluates the graph, for people. */
  @Override
  public String toString() {
    return "kernel of "
        + lanes
        + " lanes"
        + (bfloat16.isEmpty() ? "" : " with " + bfloat16.size() + " products of bfloat16");
  }

  /** Frees the programs. */
  @Override
  public void close() {
    lock.writeLock().lock();
    try {
      closed = true;
      programs.values().forEach(program -> TileLibrary.destroy(program.handle));
      programs.clear();
    } finally {
      lock.writeLock().unlock();
    }
  }
}
