package org.sidereus.engine.bundle;

import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtLoggingLevel;
import java.lang.reflect.Field;
import java.lang.reflect.Method;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The environment of ONNX Runtime, which lives as long as the process.
 *
 * <p>ONNX Runtime takes it down in a shutdown hook of its own, which runs at once with all others.
 * A thread that opens or uses a session at that moment would end the process by SIGSEGV. The
 * environment counts its users, so one user more, who never leaves, keeps it.
 */
public final class OnnxEnvironment {
  private static final Logger LOG = LoggerFactory.getLogger(OnnxEnvironment.class);

  private OnnxEnvironment() {}

  /** The environment of this process. */
  public static OrtEnvironment get() {
    OrtEnvironment environment = OrtEnvironment.getEnvironment();
    if (!keep()) {
      LOG.warn(
          "this version of ONNX Runtime ({}) takes its environment down while it is in use; a stop"
              + " may end in SIGSEGV",
          environment.getVersion());
    }
    return environment;
  }

  /**
   * Adds a user of the environment.
   *
   * @return false: this version of ONNX Runtime has other names
   */
  static boolean keep() {
    try {
      Field api = Class.forName("ai.onnxruntime.OnnxRuntime").getDeclaredField("ortApiHandle");
      api.setAccessible(true);
      Method create =
          OrtEnvironment.class.getDeclaredMethod(
              "createHandle", long.class, int.class, String.class);
      create.setAccessible(true);
      int level = OrtLoggingLevel.ORT_LOGGING_LEVEL_WARNING.getValue();
      create.invoke(null, api.getLong(null), level, OrtEnvironment.DEFAULT_NAME);
      return true;
    } catch (ReflectiveOperationException | RuntimeException e) {
      LOG.debug("the environment of ONNX Runtime cannot be kept", e);
      return false;
    }
  }
}
