package org.sidereus.engine.inference;

import ai.onnxruntime.OrtException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Collections;
import java.util.List;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;
import org.sidereus.engine.SidereusException;
import org.sidereus.engine.bundle.Bundle;
import org.sidereus.engine.bundle.BundleException;
import org.sidereus.engine.bundle.GaussianTerms;
import org.sidereus.engine.bundle.Manifest;

/**
 * Posteriors of objects from the {@code posterior.onnx} of a bundle. Safe for threads: several may
 * call at the same time. Deterministic: an object's posterior does not depend on when, with which
 * other objects or by which thread it is inferred.
 *
 * <p>Rows of any number are evaluated in batches of {@link #batchSize()}. On a GPU batches are
 * padded to one of few {@link BatchShapes shapes}. Memory for a batch is kept and used again; there
 * is as much of it as there were batches at the same time.
 */
public final class PosteriorEngine implements AutoCloseable {
  /** Fewer, and the graph's nodes cost more than their work; more, and a layer leaves the cache. */
  private static final int CPU_SAMPLES_PER_BATCH = 4_096;

  /** Layers of small graphs are narrower, and their nodes count for more. */
  private static final int CPU_SAMPLES_PER_BATCH_OF_A_SMALL_GRAPH = 16_384;

  private static final int SMALL_GRAPH_BYTES = 64 * 1024;

  private static final int CUDA_SAMPLES_PER_BATCH = 1 << 20;
  private static final int LARGEST_BATCH = 1024;
  private static final Duration WARM_UP_LIMIT = Duration.ofMinutes(2);
  private static final int LARGEST_TENSOR = Integer.MAX_VALUE / Float.BYTES;

  private final OnnxGraph graph;
  private final Manifest manifest;
  private final int features;

  /** T * T numbers of the whitening matrix; 0 where the graph takes no shared errors. */
  private final int whitening;

  private final int samples;
  private final int batchSize;
  private final int keptSamples;
  private final NoiseTensors noise;
  private final Queue<BatchWorkspace> idle = new ConcurrentLinkedQueue<>();
  private final ParallelBatches batches;
  private volatile boolean closed;

  private PosteriorEngine(
      OnnxGraph graph, Manifest manifest, int samples, int batchSize, EngineOptions options)
      throws OrtException {
    this.graph = graph;
    keptSamples = options.keptSamples();
    this.manifest = manifest;
    this.samples = samples;
    this.batchSize = batchSize;
    features = manifest.features().size();
    int terms = GaussianTerms.count(manifest);
    whitening = manifest.takesSharedErrors() ? terms * terms : 0;
    noise = NoiseTensors.allocate(graph, manifest, samples);
    batches = new ParallelBatches(options.workers());
  }

  /**
   * Opens the graph.
   *
   * @throws org.sidereus.engine.SidereusException if the device is not there
   */
  public static PosteriorEngine open(Bundle bundle, EngineOptions options) {
    Manifest manifest = bundle.manifest();
    int samples = options.samples() == 0 ? manifest.samples() : options.samples();
    checkDimensions(manifest.parameters().size(), bundle.directory());
    OnnxGraph graph =
        OnnxGraph.open(bundle, Manifest.POSTERIOR, options.device(), options.intraOpThreads());
    try {
      if (options.kernels() != Kernels.NONE) {
        graph.accelerate(bundle, options.kernels(), options.intraOpThreads(), WARM_UP_LIMIT);
      }
      int batchSize =
          options.batchSize() == 0 ? bestBatchSize(graph, samples) : options.batchSize();
      if ((long) batchSize * samples * manifest.parameters().size() > LARGEST_TENSOR) {
        throw new SidereusException(
            "a batch of "
                + batchSize
                + " objects with "
                + samples
                + " samples each does not fit one tensor; ask for fewer");
      }
      return new PosteriorEngine(graph, manifest, samples, batchSize, options);
    } catch (OrtException e) {
      graph.close();
      throw new InferenceException("no memory for " + samples + " samples: " + e.getMessage(), e);
    } catch (RuntimeException e) {
      graph.close();
      throw e;
    }
  }

  static void checkDimensions(int parameters, Path directory) {
    if (parameters > BaseNoise.MOST_DIMENSIONS) {
      throw new BundleException(
          directory
              + " has "
              + parameters
              + " parameters but at most "
              + BaseNoise.MOST_DIMENSIONS
              + " are supported; use another bundle");
    }
  }

  private static int bestBatchSize(OnnxGraph graph, int samples) {
    int perBatch;
    if (graph.device().kind() == Device.Kind.CUDA) {
      perBatch = CUDA_SAMPLES_PER_BATCH;
    } else {
      perBatch =
          graph.bytes() < SMALL_GRAPH_BYTES
              ? CPU_SAMPLES_PER_BATCH_OF_A_SMALL_GRAPH
              : CPU_SAMPLES_PER_BATCH;
    }
    return Math.max(1, Math.min(LARGEST_BATCH, perBatch / samples));
  }

  /**
   * Evaluates a full batch once, on a GPU one of every shape, so that the first real one finds
   * memory allocated. Call it before the engine infers.
   *
   * @throws BundleException if a batch takes longer than two minutes
   */
  public void warmUp() {
    warmUp(WARM_UP_LIMIT);
  }

  void warmUp(Duration limit) {
    float[] row = new float[features];
    for (int shape : onGpu() ? new BatchShapes(batchSize).all() : List.of(batchSize)) {
      List<float[]> rows = Collections.nCopies(shape, row);
      graph.within(
          limit,
          () ->
              withWorkspace(
                  workspace ->
                      workspace.evaluate(
                          rows, noise.forSummaries(0), BatchWorkspace.SUMMARY_AND_SHARED)));
    }
  }

  private boolean onGpu() {
    return graph.device().kind() == Device.Kind.CUDA;
  }

  /**
   * Summaries of the posteriors of any number of objects, each with the polynomial of the shared
   * parameters.
   *
   * @param rows rows [F] of {@link FeatureEncoder}
   * @return one summary for each row, in the same order
   * @throws InferenceException if the graph could not be evaluated or gave numbers that are no
   *     posterior for one of the rows; the others' summaries are not returned
   */
  public List<ObjectSummary> infer(List<float[]> rows) {
    BitSet all = new BitSet(rows.size());
    all.set(0, rows.size());
    return infer(rows, all);
  }

  /**
   * Summaries of the posteriors of any number of objects. The polynomial of the shared parameters
   * is fitted only where it is wanted: for objects whose group is combined. Everything else in a
   * summary is the same with and without it.
   *
   * @param rows rows [F] of {@link FeatureEncoder}
   * @param sharedFit the indices of the rows for which {@link ObjectSummary#sharedLogRatio()} is
   *     wanted; not changed
   * @return one summary for each row, in the same order
   * @throws InferenceException if the graph could not be evaluated or gave numbers that are no
   *     posterior for one of the rows; the others' summaries are not returned
   */
  public List<ObjectSummary> infer(List<float[]> rows, BitSet sharedFit) {
    checkRows(rows);
    if (sharedFit.length() > rows.size()) {
      throw new IllegalArgumentException(
          "sharedFit names row " + (sharedFit.length() - 1) + " of " + rows.size() + " rows");
    }
    ObjectSummary[] summaries = new ObjectSummary[rows.size()];
    List<SetBatch> some = setBatches(rows);
    batches.forEach(
        some.size(),
        number -> {
          SetBatch batch = some.get(number);
          Set<String> outputs =
              Arrays.stream(batch.indices()).anyMatch(sharedFit::get)
                  ? BatchWorkspace.SUMMARY_AND_SHARED
                  : BatchWorkspace.SUMMARY;
          List<float[]> own = Arrays.stream(batch.indices()).mapToObj(rows::get).toList();
          withWorkspace(
              workspace -> {
                workspace.evaluate(own, noise.forSummaries(batch.set()), outputs);
                for (int i = 0; i < own.size(); i++) {
                  int index = batch.indices()[i];
                  summaries[index] = workspace.summary(own.get(i), i, sharedFit.get(index));
                }
              });
        });
    return Arrays.asList(summaries);
  }

  /**
   * Objects that are evaluated together.
   *
   * @param set of the noise that they have
   * @param indices of their rows
   */
  private record SetBatch(int set, int[] indices) {}

  /** All rows, by their sets of the noise. */
  private List<SetBatch> setBatches(List<float[]> rows) {
    int[] sets = rows.stream().mapToInt(noise::setOf).toArray();
    List<SetBatch> some = new ArrayList<>();
    for (int set = 0; set < noise.sets(); set++) {
      int own = set;
      int[] indices = IntStream.range(0, sets.length).filter(i -> sets[i] == own).toArray();
      for (int from = 0; from < indices.length; from += batchSize) {
        int to = Math.min(indices.length, from + batchSize);
        some.add(new SetBatch(set, Arrays.copyOfRange(indices, from, to)));
      }
    }
    return some;
  }

  /**
   * Posterior samples of one object.
   *
   * @param row [F]
   */
  public Samples sample(float[] row) {
    return sample(List.of(row)).get(0);
  }

  /**
   * Posterior samples of the flow of any number of objects; mind the memory of rows * S * D
   * numbers.
   *
   * @param rows rows [F]
   * @return the samples of each row, in the same order; not checked to be finite
   */
  public List<Samples> sample(List<float[]> rows) {
    return samples(rows, () -> {}, noise.forSamples(), BatchWorkspace::ownSamples);
  }

  /**
   * The samples that are published, with the weights that they have. Where few samples of the flow
   * are effective there are more, of wider flows; they have no weights where those do not help.
   *
   * @param rows rows [F] without shared errors
   * @return the samples of each row, in the same order; not checked to be finite
   */
  public List<Samples> published(List<float[]> rows) {
    return samples(rows, () -> {}, noise.forSamples(), BatchWorkspace::published);
  }

  /**
   * Posterior samples of independent draws of the noise, other ones for each batch. The samples of
   * {@link #sample} are of points that all objects share, so that their sampling error does not
   * average out over objects.
   *
   * @param rows rows [F] without shared errors
   * @param random draws the noise
   * @param published as {@link #published} gives them, or of the flow alone
   * @return the samples of each row, in the same order; not checked to be finite
   */
  public List<Samples> drawn(List<float[]> rows, RandomGenerator random, boolean published) {
    int parameters = manifest.parameters().size();
    try (FloatTensor points = FloatTensor.allocate(graph.environment(), samples, parameters)) {
      return samples(
          rows,
          () -> {
            for (int i = 0; i < samples * parameters; i++) {
              points.buffer().put(i, (float) random.nextGaussian());
            }
          },
          points,
          published ? BatchWorkspace::published : BatchWorkspace::ownSamples);
    } catch (OrtException e) {
      throw new InferenceException("no memory for " + samples + " samples: " + e.getMessage(), e);
    }
  }

  @FunctionalInterface
  private interface Chosen {
    Samples of(BatchWorkspace workspace, float[] row, int index);
  }

  private List<Samples> samples(
      List<float[]> rows, Runnable beforeBatch, FloatTensor points, Chosen chosen) {
    checkRows(rows);
    List<Samples> result = new ArrayList<>(rows.size());
    for (int start = 0; start < rows.size(); start += batchSize) {
      int from = start;
      int to = Math.min(rows.size(), from + batchSize);
      beforeBatch.run();
      withWorkspace(
          workspace -> {
            workspace.evaluate(rows.subList(from, to), points, BatchWorkspace.SAMPLES);
            for (int i = from; i < to; i++) {
              result.add(chosen.of(workspace, rows.get(i), i - from));
            }
          });
    }
    return result;
  }

  /** Posterior samples for each object. */
  public int samples() {
    return samples;
  }

  /** Most objects in one evaluation; callers with more objects need not split them. */
  public int batchSize() {
    return batchSize;
  }

  /** What evaluates the graph, for people: ONNX Runtime, or the kernel and its vectors. */
  public String evaluator() {
    return graph.evaluator();
  }

  /** Where the graph is evaluated; never {@link Device#AUTO}. */
  public Device device() {
    return graph.device();
  }

  /** Waits for evaluations under way and frees everything; a later call is refused. */
  @Override
  public synchronized void close() {
    if (closed) {
      return;
    }
    closed = true;
    batches.close();
    graph.close();
    freeWorkspaces();
    noise.close();
  }

  private void checkRows(List<float[]> rows) {
    if (closed) {
      throw new IllegalStateException("the engine is closed");
    }
    for (int i = 0; i < rows.size(); i++) {
      int length = rows.get(i).length;
      if (length != features && length != features + whitening) {
        throw new IllegalArgumentException(
            "row " + i + " has " + length + " features but the bundle has " + features);
      }
    }
  }

  private void withWorkspace(Consumer<BatchWorkspace> work) {
    BatchWorkspace workspace = idle.poll();
    if (workspace == null) {
      workspace = newWorkspace();
    }
    try {
      work.accept(workspace);
    } finally {
      idle.offer(workspace);
      if (closed) {
        freeWorkspaces();
      }
    }
  }

  private void freeWorkspaces() {
    for (BatchWorkspace workspace = idle.poll(); workspace != null; workspace = idle.poll()) {
      workspace.close();
    }
  }

  private BatchWorkspace newWorkspace() {
    try {
      return new BatchWorkspace(graph, manifest, noise, batchSize, keptSamples);
    } catch (OrtException e) {
      throw new InferenceException(
          "no memory for a batch of " + batchSize + " objects: " + e.getMessage(), e);
    }
  }
}
