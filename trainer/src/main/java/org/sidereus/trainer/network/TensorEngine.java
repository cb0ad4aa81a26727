package org.sidereus.trainer.network;

import ai.djl.Device;
import ai.djl.engine.Engine;
import ai.djl.engine.EngineException;
import ai.djl.ndarray.NDManager;
import ai.djl.pytorch.jni.JniUtils;
import com.sun.jna.NativeLibrary;
import org.sidereus.engine.SidereusException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Opens the tensor library (PyTorch) so that it never touches the network and computes with a fixed
 * number of threads: sums over a batch depend on how many threads share them, so a run is repeated
 * bit for bit only with the same number.
 */
public final class TensorEngine {
  private static final Logger LOG = LoggerFactory.getLogger(TensorEngine.class);
  private static final String WAIT_POLICY = "OMP_WAIT_POLICY";
  private static final String THREADS = "ai.djl.pytorch.num_threads";

  private TensorEngine() {}

  /**
   * A manager of tensors; the caller closes it.
   *
   * @param choice where to compute
   * @param threads threads of the tensor library on the CPU, until a later call with another
   *     number. The thread that calls is the one that MUST compute
   * @throws SidereusException where the device is not there or the library cannot be loaded
   */
  public static synchronized NDManager open(DeviceChoice choice, int threads) {
    if (threads < 1) {
      throw new IllegalArgumentException("threads must be at least 1 but is " + threads);
    }
    sleepWhileWaiting();
    System.setProperty(THREADS, Integer.toString(threads));
    System.setProperty("ai.djl.offline", "true");
    System.setProperty("OPT_OUT_TRACKING", "true");
    System.setProperty("ai.djl.pytorch.graph_optimizer", "false");
    try {
      Engine engine = Engine.getEngine("PyTorch");
      // the engine reads the property only when it is loaded
      JniUtils.setNumThreads(threads);
      return NDManager.newBaseManager(device(choice, engine.getGpuCount()), "PyTorch");
    } catch (EngineException e) {
      throw new SidereusException(
          "the tensor library could not be loaded ("
              + e.getMessage()
              + "); training needs Linux on x86-64 or PYTORCH_LIBRARY_PATH set to a libtorch"
              + " folder",
          e);
    }
  }

  /**
   * The threads of the library wait for each other many times in a step. By default they spin while
   * they wait, which on busy cores made a step up to fifty times slower. The OpenMP runtime reads
   * its policy from the environment when it is loaded, and Java cannot set that by itself.
   */
  private static void sleepWhileWaiting() {
    if (System.getenv(WAIT_POLICY) == null) {
      try {
        NativeLibrary.getInstance("c")
            .getFunction("setenv")
            .invokeInt(new Object[] {WAIT_POLICY, "PASSIVE", 0});
      } catch (UnsatisfiedLinkError e) {
        LOG.warn("{} could not be set; training is slow while other programs run", WAIT_POLICY);
      }
    }
  }

  private static Device device(DeviceChoice choice, int gpus) {
    if (choice == DeviceChoice.CUDA && gpus == 0) {
      throw new SidereusException(
          "device cuda was asked for but there is none; use --device cpu or auto");
    }
    return choice == DeviceChoice.CPU || gpus == 0 ? Device.cpu() : Device.gpu();
  }
}
