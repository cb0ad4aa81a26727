package org.sidereus.engine.kernel;

import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.nio.FloatBuffer;
import java.nio.IntBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/**
 * The functions of kernel.cpp. The build compiles it where it finds a compiler, and puts the
 * library and its digest beside this class. No other library is ever loaded.
 */
final class TileLibrary {
  static final String FILE = "libsidereus-tiles.so";

  private TileLibrary() {}

  /** Loads the library at first use, once for each process. */
  private static final class Loaded {
    static final String PROBLEM = load(FILE);

    private Loaded() {}
  }

  /** Why the library cannot be used; empty: it can. */
  static String problem() {
    return Loaded.PROBLEM;
  }

  /**
   * Loads a library from the class path: the system loads files only, so it is written to a folder
   * of this user, and deleted as soon as it is loaded. A file with the same bytes on {@code
   * java.library.path} is loaded from there, as the folder for temporary files may forbid it.
   *
   * @return why it cannot be used, or an empty text
   */
  static String load(String file) {
    String system = System.getProperty("os.name") + " " + System.getProperty("os.arch");
    if (!system.equals("Linux amd64")) {
      return "there is none for " + system;
    }
    try {
      byte @Nullable [] library = resource(file);
      byte @Nullable [] digest = resource(file + ".sha256");
      if (library == null || digest == null) {
        return "this build had no C++ compiler";
      }
      String sha256 =
          HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(library));
      if (!sha256.equals(new String(digest, StandardCharsets.UTF_8).strip())) {
        return file + " has another digest than the build wrote";
      }
      Path unpacked = unpacked(file, library);
      if (unpacked == null) {
        loadBytes(library);
      } else {
        System.load(unpacked.toString());
      }
      return lanes() == 0 ? "this processor has no AVX2" : "";
    } catch (IOException | NoSuchAlgorithmException | UnsatisfiedLinkError e) {
      return "the library cannot be loaded (" + e.getMessage() + ")";
    }
  }

  private static byte @Nullable [] resource(String name) throws IOException {
    try (InputStream in = TileLibrary.class.getResourceAsStream(name)) {
      return in == null ? null : in.readAllBytes();
    }
  }

  /** The same library in a folder of {@code java.library.path}, where the image has it; or null. */
  private static @Nullable Path unpacked(String name, byte[] library) throws IOException {
    String folders = System.getProperty("java.library.path", "");
    for (String folder : folders.split(File.pathSeparator, -1)) {
      Path file = Path.of(folder, name);
      if (file.isAbsolute()
          && Files.isRegularFile(file)
          && Files.size(file) == library.length
          && Arrays.equals(Files.readAllBytes(file), library)) {
        return file;
      }
    }
    return null;
  }

  private static void loadBytes(byte[] library) throws IOException {
    // only the user of the process may enter the folder
    Path folder = Files.createTempDirectory("sidereus-kernel-");
    Path file = folder.resolve(FILE);
    try {
      Files.write(file, library);
      System.load(file.toString());
    } finally {
      Files.deleteIfExists(file);
      Files.delete(folder);
    }
  }

  /** Numbers of a vector of this processor: 16, 8 or 0. */
  static native int lanes();

  /** Whether this processor multiplies numbers of bfloat16. */
  static native boolean hasBfloat16();

  /**
   * Makes a program for vectors of some numbers and tiles of some samples.
   *
   * @return its handle
   * @throws IllegalArgumentException if an instruction would read or write outside of its memory
   */
  static long create(TileProgram program, int lanes, int width) {
    return create(
        program.sizes(),
        program.objectCode(),
        program.sampleCode(),
        program.outputs(),
        program.constants(),
        program.weights(),
        lanes,
        width);
  }

  /**
   * Makes a program.
   *
   * @param header features, matrix, parameters, columns and rows of {@link TileProgram}
   * @param lanes numbers of a vector, at most {@link #lanes()}
   * @param width samples of a tile, a multiple of the lanes
   * @return its handle
   * @throws IllegalArgumentException if an instruction would read or write outside of its memory
   */
  private static native long create(
      int[] header,
      int[] objectCode,
      int[] sampleCode,
      int[] outputs,
      float[] constants,
      float[] weights,
      int lanes,
      int width);

  /**
   * Evaluates a program. All buffers are direct.
   *
   * @param own whether each object has a whitening matrix of its own
   * @param threads at most so many share the work
   * @param stop one number; another thread that makes it 1 ends the evaluation before the next
   *     tile, and the outputs are then without meaning
   * @throws IllegalArgumentException if a buffer is too small
   */
  static native void run(
      long program,
      int objects,
      int samples,
      FloatBuffer x,
      FloatBuffer noise,
      @Nullable FloatBuffer whitening,
      boolean own,
      FloatBuffer[] outputs,
      int threads,
      IntBuffer stop);

  static native void destroy(long program);

  /**
   * Solves the regression of {@link RegressionKernel}.
   *
   * @param lanes as of {@link #create}
   * @return whether the points determine the solution
   * @throws IllegalArgumentException if an array is too small
   */
  static native boolean regress(
      int lanes,
      int degree,
      double[] rules,
      double[][] coordinates,
      double[] estimates,
      double[] base,
      double @Nullable [] near,
      double nearTop,
      double top,
      double[] coefficients,
      double[] noise,
      double[] weights,
      double[] fitted);
}
