package org.sidereus.engine.inference;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.function.IntConsumer;
import org.sidereus.engine.SidereusException;
import org.sidereus.engine.bundle.Bundle;
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
  private static final int LARGEST_TENSOR = Integer.MAX_VALUE / Float.BYTES;

  private static final String LOG_PROB = "log_prob";

  /** Outputs of graphs that evaluate the likelihood. */
  private static final String LOG_WEIGHT = "log_weight";

  private static final String CHI_SQUARE = "chi_square";

  /** Output of graphs whose flow has the marginal density of the shared parameters. */
  private static final String SHARED_LOG_PROB = "shared_log_prob";

  private final OnnxGraph graph;
  private final Manifest manifest;
  private final int parameters;
  private final int features;
  private final int samples;
  private final int batchSize;
  private final FloatTensor noise;
  private final Queue<Workspace> idle = new ConcurrentLinkedQueue<>();
  private final ExecutorService helpers;
  private final int helperCount;
  private volatile boolean closed;

  private PosteriorEngine(
      OnnxGraph graph, Manifest manifest, int samples, int batchSize, int workers)
      throws OrtException {
    this.graph = graph;
    this.manifest = manifest;
    this.samples = samples;
    this.batchSize = batchSize;
    parameters = manifest.parameters().size();
    features = manifest.features().size();
    noise = FloatTensor.allocate(graph.environment(), samples, parameters);
    noise.buffer().put(0, BaseNoise.of(samples, parameters));
    helperCount = workers - 1; // the caller works, too
    helpers = helperCount == 0 ? null : Executors.newFixedThreadPool(helperCount, daemons());
  }

  /**
   * Opens the graph.
   *
   * @throws org.sidereus.engine.SidereusException if the device is not there
   */
  public static PosteriorEngine open(Bundle bundle, EngineOptions options) {
    Manifest manifest = bundle.manifest();
    int samples = options.samples() == 0 ? manifest.samples() : options.samples();
    OnnxGraph graph =
        OnnxGraph.open(bundle, Manifest.POSTERIOR, options.device(), options.intraOpThreads());
    try {
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
      return new PosteriorEngine(graph, manifest, samples, batchSize, options.workers());
    } catch (OrtException e) {
      graph.close();
      throw new InferenceException("no memory for " + samples + " samples: " + e.getMessage(), e);
    } catch (RuntimeException e) {
      graph.close();
      throw e;
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
   * memory allocated.
   */
  public void warmUp() {
    float[] row = new float[features];
    for (int shape : onGpu() ? new BatchShapes(batchSize).all() : List.of(batchSize)) {
      List<float[]> rows = Collections.nCopies(shape, row);
      withWorkspace(workspace -> workspace.evaluate(rows));
    }
  }

  private boolean onGpu() {
    return graph.device().kind() == Device.Kind.CUDA;
  }

  /**
   * Summaries of the posteriors of any number of objects.
   *
   * @param rows rows [F] of {@link FeatureEncoder}
   * @return one summary for each row, in the same order
   * @throws InferenceException if the graph could not be evaluated or gave numbers that are no
   *     posterior for one of the rows; the others' summaries are not returned
   */
  public List<ObjectSummary> infer(List<float[]> rows) {
    checkRows(rows);
    ObjectSummary[] summaries = new ObjectSummary[rows.size()];
    int batches = (rows.size() + batchSize - 1) / batchSize;
    forEachBatch(
        batches,
        batch -> {
          int from = batch * batchSize;
          int to = Math.min(rows.size(), from + batchSize);
          withWorkspace(
              workspace -> {
                workspace.evaluate(rows.subList(from, to));
                for (int i = from; i < to; i++) {
                  summaries[i] = workspace.summary(rows.get(i), i - from);
                }
              });
        });
    return Arrays.asList(summaries);
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
   * Posterior samples of any number of objects; mind the memory of rows * S * D numbers.
   *
   * @param rows rows [F]
   * @return the samples of each row, in the same order; not checked to be finite
   */
  public List<Samples> sample(List<float[]> rows) {
    checkRows(rows);
    List<Samples> result = new ArrayList<>(rows.size());
    for (int start = 0; start < rows.size(); start += batchSize) {
      int from = start;
      int to = Math.min(rows.size(), from + batchSize);
      withWorkspace(
          workspace -> {
            workspace.evaluate(rows.subList(from, to));
            for (int i = from; i < to; i++) {
              result.add(workspace.copyOf(i - from));
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
    if (helpers != null) {
      helpers.shutdown();
    }
    graph.close();
    freeWorkspaces();
    noise.close();
  }

  private void checkRows(List<float[]> rows) {
    if (closed) {
      throw new IllegalStateException("the engine is closed");
    }
    for (int i = 0; i < rows.size(); i++) {
      if (rows.get(i).length != features) {
        throw new IllegalArgumentException(
            "row " + i + " has " + rows.get(i).length + " features but the bundle has " + features);
      }
    }
  }

  /** Does all batches in the calling thread and the helpers; the first failure is thrown. */
  private void forEachBatch(int batches, IntConsumer work) {
    AtomicInteger next = new AtomicInteger();
    Runnable loop =
        () -> {
          try {
            for (int b = next.getAndIncrement(); b < batches; b = next.getAndIncrement()) {
              work.accept(b);
            }
          } catch (RuntimeException | Error e) {
            next.set(batches); // nobody needs the rest
            throw e;
          }
        };
    List<Future<?>> running = new ArrayList<>();
    for (int i = 0; i < Math.min(helperCount, batches - 1); i++) {
      running.add(helpers.submit(loop));
    }
    Throwable failure = null;
    try {
      loop.run();
    } catch (RuntimeException | Error e) {
      failure = e;
    }
    // the rows belong to the caller again only when nobody reads them any more
    for (Future<?> helper : running) {
      Throwable other = await(helper);
      failure = failure == null ? other : failure;
    }
    if (failure instanceof Error error) {
      throw error;
    }
    if (failure instanceof RuntimeException exception) {
      throw exception;
    }
  }

  private static Throwable await(Future<?> helper) {
    boolean interrupted = false;
    try {
      while (true) {
        try {
          helper.get();
          return null;
        } catch (ExecutionException e) {
          return e.getCause();
        } catch (InterruptedException e) {
          interrupted = true; // a batch takes milliseconds: finish it, then pass the signal on
        }
      }
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  private void withWorkspace(Consumer<Workspace> work) {
    Workspace workspace = idle.poll();
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
    for (Workspace workspace = idle.poll(); workspace != null; workspace = idle.poll()) {
      workspace.close();
    }
  }

  private Workspace newWorkspace() {
    try {
      return new Workspace();
    } catch (OrtException e) {
      throw new InferenceException(
          "no memory for a batch of " + batchSize + " objects: " + e.getMessage(), e);
    }
  }

  private static ThreadFactory daemons() {
    AtomicInteger number = new AtomicInteger();
    return work -> {
      Thread thread = new Thread(work, "posterior-engine-" + number.incrementAndGet());
      thread.setDaemon(true);
      return thread;
    };
  }

  /** Memory for one batch, used by one thread at a time. */
  private final class Workspace implements AutoCloseable {
    private final FloatTensor x;
    private final FloatTensor theta;

    /** Outputs [B,S] that the graph has, by name. */
    private final Map<String, FloatTensor> perSample = new LinkedHashMap<>();

    /** Derived quantities [B,S,K]; null where the bundle has none. */
    private final FloatTensor derived;

    private final Summarizer summarizer = new Summarizer(samples, manifest);

    private Workspace() throws OrtException {
      x = FloatTensor.allocate(graph.environment(), batchSize, features);
      theta = FloatTensor.allocate(graph.environment(), batchSize, samples, parameters);
      int count = manifest.derived().size();
      derived =
          count == 0 ? null : FloatTensor.allocate(graph.environment(), batchSize, samples, count);
      for (String output : List.of(LOG_PROB, SHARED_LOG_PROB, LOG_WEIGHT, CHI_SQUARE)) {
        if (graph.hasOutput(output)) {
          perSample.put(output, FloatTensor.allocate(graph.environment(), batchSize, samples));
        }
      }
    }

    /** Writes the samples of at most batchSize rows into the outputs. */
    private void evaluate(List<float[]> rows) {
      int count = rows.size();
      for (int i = 0; i < count; i++) {
        x.buffer().put(i * features, rows.get(i));
      }
      int shape = onGpu() ? new BatchShapes(batchSize).holding(count) : count;
      for (int i = count; i < shape; i++) {
        x.buffer().put(i * features, rows.get(0));
      }
      if (shape == batchSize) {
        run(x, theta, derived, perSample);
      } else {
        runHead(shape);
      }
    }

    private void runHead(int count) {
      OrtEnvironment environment = graph.environment();
      Map<String, FloatTensor> heads = new LinkedHashMap<>();
      try (FloatTensor someX = x.head(environment, count, features);
          FloatTensor someTheta = theta.head(environment, count, samples, parameters);
          FloatTensor someDerived =
              derived == null
                  ? null
                  : derived.head(environment, count, samples, manifest.derived().size())) {
        for (Map.Entry<String, FloatTensor> output : perSample.entrySet()) {
          heads.put(output.getKey(), output.getValue().head(environment, count, samples));
        }
        run(someX, someTheta, someDerived, heads);
      } catch (OrtException e) {
        throw new InferenceException("no memory for " + count + " objects: " + e.getMessage(), e);
      } finally {
        heads.values().forEach(FloatTensor::close);
      }
    }

    private void run(
        FloatTensor someX,
        FloatTensor someTheta,
        FloatTensor someDerived,
        Map<String, FloatTensor> somePerSample) {
      Map<String, OnnxTensor> outputs = new HashMap<>();
      outputs.put("theta", someTheta.tensor());
      if (someDerived != null) {
        outputs.put("derived", someDerived.tensor());
      }
      somePerSample.forEach((name, tensor) -> outputs.put(name, tensor.tensor()));
      graph.run(Map.of("x", someX.tensor(), "noise", noise.tensor()), outputs);
    }

    private ObjectSummary summary(float[] features, int row) {
      return summarizer.summarize(
          features,
          theta.buffer(),
          buffer(SHARED_LOG_PROB),
          buffer(LOG_WEIGHT),
          buffer(CHI_SQUARE),
          derived == null ? null : derived.buffer(),
          row);
    }

    private FloatBuffer buffer(String output) {
      FloatTensor tensor = perSample.get(output);
      return tensor == null ? null : tensor.buffer();
    }

    private Samples copyOf(int row) {
      float[] values = new float[samples * parameters];
      theta.buffer().get(row * values.length, values);
      return new Samples(
          samples, parameters, values, copyOf(LOG_PROB, row), copyOf(LOG_WEIGHT, row));
    }

    private float[] copyOf(String output, int row) {
      if (!perSample.containsKey(output)) {
        return null;
      }
      float[] values = new float[samples];
      buffer(output).get(row * samples, values);
      return values;
    }

    @Override
    public void close() {
      x.close();
      theta.close();
      if (derived != null) {
        derived.close();
      }
      perSample.values().forEach(FloatTensor::close);
    }
  }
}
