package org.sidereus.engine.inference;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtLoggingLevel;
import ai.onnxruntime.OrtProvider;
import ai.onnxruntime.OrtSession;
import ai.onnxruntime.providers.OrtCUDAProviderOptions;
import java.time.Duration;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.Timer;
import java.util.TimerTask;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import org.jspecify.annotations.Nullable;
import org.sidereus.engine.SidereusException;
import org.sidereus.engine.bundle.Bundle;
import org.sidereus.engine.bundle.BundleException;
import org.sidereus.engine.bundle.Manifest;
import org.sidereus.engine.bundle.OnnxEnvironment;
import org.sidereus.engine.kernel.TileGraph;
import org.sidereus.engine.kernel.UnfitGraphException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One graph of a bundle, loaded on one device. Safe for threads: evaluations may overlap, and
 * {@link #close} waits for those under way.
 */
final class OnnxGraph implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(OnnxGraph.class);

  private final String name;
  private final int bytes;
  private final Device device;
  private final OrtEnvironment environment;
  private final OrtSession session;
  private final ReadWriteLock lock = new ReentrantReadWriteLock();
  private boolean closed;

  /** Evaluates the graph in place of ONNX Runtime; null: it does not. */
  private volatile @Nullable TileGraph tiles;

  private volatile boolean kernels;

  /** Ends evaluations that take too long; null: they take as long as they want. */
  private volatile OrtSession.@Nullable RunOptions limited;

  private OnnxGraph(
      String name, int bytes, Device device, OrtEnvironment environment, OrtSession session) {
    this.name = name;
    this.bytes = bytes;
    this.device = device;
    this.environment = environment;
    this.session = session;
  }

  /**
   * Loads a graph.
   *
   * @param file name of the graph in the bundle
   * @param intraOpThreads threads inside one evaluation on the CPU
   * @throws SidereusException if the device is not there; a GPU that was asked for is never
   *     replaced by the CPU
   */
  static OnnxGraph open(Bundle bundle, String file, Device device, int intraOpThreads) {
    byte[] bytes = bundle.read(file);
    OrtEnvironment environment = OnnxEnvironment.get();
    String name = bundle.directory().resolve(file).toString();
    if (device.kind() == Device.Kind.AUTO) {
      if (hasCuda()) {
        try {
          return load(environment, bytes, name, Device.cuda(0), intraOpThreads);
        } catch (OrtException e) {
          LOG.warn("{} runs on the CPU because CUDA cannot be used: {}", name, reason(e));
        }
      }
      return open(environment, bytes, name, Device.CPU, intraOpThreads);
    }
    return open(environment, bytes, name, device, intraOpThreads);
  }

  private static OnnxGraph open(
      OrtEnvironment environment, byte[] bytes, String name, Device device, int intraOpThreads) {
    if (device.kind() == Device.Kind.CUDA && !hasCuda()) {
      throw new SidereusException(
          "device "
              + device
              + " was asked for but this ONNX Runtime knows no CUDA; use device cpu, or put"
              + " onnxruntime_gpu on the class path (MAVEN_ARGS=-Pgpu builds with it)");
    }
    try {
      return load(environment, bytes, name, device, intraOpThreads);
    } catch (OrtException e) {
      throw new SidereusException(
          "%s cannot be loaded on device %s: %s%s"
              .formatted(name, device, reason(e), advice(device)),
          e);
    }
  }

  /** ONNX Runtime ends its messages in odd ways. */
  private static String reason(OrtException e) {
    return String.valueOf(e.getMessage()).replaceAll("[;\\s]+$", "");
  }

  private static String advice(Device device) {
    return device.kind() == Device.Kind.CUDA
        ? ". See that the GPU, its driver (nvidia-smi shows both) and the libraries of CUDA and"
            + " cuDNN that the message names are there and on LD_LIBRARY_PATH, or use device cpu"
        : "";
  }

  private static boolean hasCuda() {
    return OrtEnvironment.getAvailableProviders().contains(OrtProvider.CUDA);
  }

  private static OnnxGraph load(
      OrtEnvironment environment, byte[] bytes, String name, Device device, int intraOpThreads)
      throws OrtException {
    try (OrtSession.SessionOptions options = new OrtSession.SessionOptions()) {
      options.setSessionLogLevel(OrtLoggingLevel.ORT_LOGGING_LEVEL_ERROR);
      options.setOptimizationLevel(OrtSession.SessionOptions.OptLevel.ALL_OPT);
      options.setIntraOpNumThreads(intraOpThreads);
      options.setInterOpNumThreads(1);
      options.setDeterministicCompute(true);
      // idle threads that spin would take the cores from the rest of the program
      options.addConfigEntry("session.intra_op.allow_spinning", "0");
      if (device.kind() == Device.Kind.CUDA) {
        try (OrtCUDAProviderOptions cuda = new OrtCUDAProviderOptions(device.index())) {
          // doubling, the default, can ask for more than the GPU has
          cuda.add("arena_extend_strategy", "kSameAsRequested");
          // TF32 has 10 bits of mantissa
          cuda.add("use_tf32", "0");
          options.addCUDA(cuda);
          return new OnnxGraph(
              name, bytes.length, device, environment, environment.createSession(bytes, options));
        }
      }
      return new OnnxGraph(
          name, bytes.length, device, environment, environment.createSession(bytes, options));
    }
  }

  /**
   * Lets the kernel evaluate this posterior graph, if it can and its numbers are those of ONNX
   * Runtime within rounding. Call it before the first evaluation.
   *
   * @param threads of one evaluation
   * @param limit time for the comparison
   */
  void accelerate(Bundle bundle, Kernels wanted, int threads, Duration limit) {
    kernels = true;
    if (device.kind() != Device.Kind.CPU) {
      return;
    }
    try {
      take(
          TileGraph.open(bundle.read(Manifest.POSTERIOR), bundle.manifest(), threads),
          bundle.manifest(),
          limit);
      if (wanted == Kernels.AUTO) {
        tryBfloat16(bundle, limit);
      }
    } catch (UnfitGraphException e) {
      LOG.debug("{} is evaluated by ONNX Runtime, without a kernel: {}", name, e.getMessage());
    }
  }

  /** Takes a kernel in place of ONNX Runtime, or closes it where its numbers are others. */
  void take(TileGraph candidate, Manifest manifest, Duration limit) {
    KernelCheck check = new KernelCheck(environment, manifest);
    AtomicReference<@Nullable String> difference = new AtomicReference<>("");
    try {
      within(limit, candidate, () -> difference.set(check.difference(candidate, this::run)));
    } catch (RuntimeException e) {
      candidate.close();
      throw e;
    }
    if (difference.get() == null) {
      tiles = candidate;
      LOG.debug("{} is evaluated by the {}", name, candidate);
      return;
    }
    candidate.close();
    LOG.warn(
        "{} is evaluated by ONNX Runtime, because the kernel gives another {}",
        name,
        difference.get());
  }

  /** Lets the kernel compute the likelihood in bfloat16, where the posteriors hardly change. */
  private void tryBfloat16(Bundle bundle, Duration limit) {
    TileGraph exact = tiles;
    if (exact == null) {
      return;
    }
    Bfloat16Trial trial = new Bfloat16Trial(bundle);
    AtomicReference<@Nullable TileGraph> found = new AtomicReference<>();
    within(limit, exact, () -> found.set(trial.of(exact)));
    TileGraph rounded = found.get();
    if (rounded != null) {
      tiles = rounded;
      exact.close();
    }
  }

  /** Whether work beside the graph may be done by kernels. */
  boolean hasKernels() {
    return kernels;
  }

  /** What evaluates the graph, for people. */
  String evaluator() {
    TileGraph kernel = tiles;
    return kernel == null ? "ONNX Runtime" : kernel.toString();
  }

  OrtEnvironment environment() {
    return environment;
  }

  /** Size of the file. */
  int bytes() {
    return bytes;
  }

  /** Whether the graph has an output of this name. */
  boolean hasOutput(String output) {
    return session.getOutputNames().contains(output);
  }

  /** Where the graph is evaluated; never {@link Device#AUTO}. */
  Device device() {
    return device;
  }

  /**
   * Evaluates the graph.
   *
   * @param inputs tensors by name
   * @param outputs tensors that receive the results, by name; outputs not named here are not
   *     returned
   * @throws InferenceException if ONNX Runtime fails
   * @throws IllegalStateException if the graph is closed
   */
  void run(Map<String, OnnxTensor> inputs, Map<String, OnnxTensor> outputs) {
    lock.readLock().lock();
    try {
      if (closed) {
        throw new IllegalStateException(name + " is closed");
      }
      TileGraph kernel = tiles;
      if (kernel != null) {
        KernelCheck.run(kernel, inputs, outputs);
        return;
      }
      // The result owns nothing: every output is one of ours.
      session.run(inputs, Set.of(), outputs, limited).close();
    } catch (OrtException e) {
      throw new InferenceException(name + " could not be evaluated: " + e.getMessage(), e);
    } finally {
      lock.readLock().unlock();
    }
  }

  /**
   * Runs an evaluation of this graph, and ends it after some time. No other may be under way.
   *
   * @throws BundleException if it takes longer
   */
  void within(Duration limit, Runnable evaluation) {
    within(limit, tiles, evaluation);
  }

  private void within(Duration limit, @Nullable TileGraph kernel, Runnable evaluation) {
    AtomicBoolean isLate = new AtomicBoolean();
    Timer timer = new Timer("time-limit", true);
    try (OrtSession.RunOptions options = new OrtSession.RunOptions()) {
      limited = options;
      timer.schedule(
          new TimerTask() {
            @Override
            public void run() {
              terminate(options, kernel, isLate);
            }
          },
          limit.toMillis());
      try {
        evaluation.run();
      } finally {
        synchronized (this) {
          limited = null;
          if (kernel != null) {
            kernel.stop(false);
          }
        }
      }
    } catch (OrtException e) {
      throw new InferenceException(name + " cannot be limited in time: " + e.getMessage(), e);
    } catch (InferenceException e) {
      if (isLate.get()) {
        throw new BundleException(
            "%s takes more than %d s for one batch; use a smaller bundle, fewer samples or a faster machine"
                .formatted(name, limit.toSeconds()),
            e);
      }
      throw e;
    } finally {
      timer.cancel();
    }
  }

  private synchronized void terminate(
      OrtSession.RunOptions options, @Nullable TileGraph kernel, AtomicBoolean isLate) {
    if (limited != options) {
      return;
    }
    isLate.set(true);
    if (kernel != null) {
      kernel.stop(true);
    }
    try {
      options.setTerminate(true);
    } catch (OrtException e) {
      LOG.warn("{} cannot be ended: {}", name, e.getMessage());
    }
  }

  /**
   * Evaluates the graph at N points. It allocates at every call, so it is meant for validation.
   *
   * @param output name of the output
   * @param shape shape of the output, N first
   * @param inputs at the same N points
   * @return the output, point by point
   * @throws InferenceException if ONNX Runtime fails
   */
  float[] evaluate(String output, long[] shape, GraphInput... inputs) {
    Map<String, FloatTensor> tensors = new LinkedHashMap<>();
    try {
      for (GraphInput one : inputs) {
        FloatTensor tensor = FloatTensor.allocate(environment, one.points(), one.width());
        tensors.put(one.name(), tensor);
        tensor.buffer().put(0, one.values());
      }
      try (FloatTensor result = FloatTensor.allocate(environment, shape)) {
        Map<String, OnnxTensor> named = new HashMap<>();
        tensors.forEach((input, tensor) -> named.put(input, tensor.tensor()));
        run(named, Map.of(output, result.tensor()));
        float[] values = new float[result.buffer().capacity()];
        result.buffer().get(0, values);
        return values;
      }
    } catch (OrtException e) {
      throw new InferenceException("no memory for " + shape[0] + " points: " + e.getMessage(), e);
    } finally {
      tensors.values().forEach(FloatTensor::close);
    }
  }

  @Override
  public void close() {
    lock.writeLock().lock();
    try {
      if (!closed) {
        closed = true;
        if (tiles != null) {
          tiles.close();
        }
        session.close();
      }
    } catch (OrtException e) {
      LOG.warn("{} could not be closed: {}", name, e.getMessage());
    } finally {
      lock.writeLock().unlock();
    }
  }
}
