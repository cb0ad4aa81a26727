package org.sidereus.streams.service;

import java.io.IOException;
import java.io.InputStream;
import java.net.JarURLConnection;
import java.net.URL;
import java.net.URLConnection;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.rocksdb.NativeLibraryLoader;
import org.sidereus.engine.SidereusException;
import org.sidereus.streams.config.ServiceConfig;
import org.sidereus.streams.config.StoreKind;

/**
 * The native libraries of ONNX Runtime and RocksDB, in one folder below the folder of the state.
 * Both would write them into the temporary folder at each start, where they stay when the process
 * is killed, and from which a system may allow nothing to be run.
 */
final class NativeLibraries {
  private static final String ONNX_FOLDER_PROPERTY = "onnxruntime.native.path";
  private static final String ONNX_RESOURCES = "ai/onnxruntime/native/";
  private static final List<String> ONNX_NAMES =
      List.of(
          "onnxruntime",
          "onnxruntime4j_jni",
          "onnxruntime_providers_shared",
          "onnxruntime_providers_cuda",
          "onnxruntime_providers_tensorrt");
  private static final String UNFINISHED = ".unfinished";

  private final Path folder;

  private NativeLibraries(Path folder) {
    this.folder = folder;
  }

  /**
   * Writes the libraries where they are not there yet, and lets both be loaded from there. It must
   * come before the first use of either.
   *
   * @throws SidereusException if the folder cannot be written, or nothing can be run from it
   */
  static void prepare(ServiceConfig config) {
    Path folder = config.stateDir().toAbsolutePath().resolve("native");
    try {
      Files.createDirectories(folder);
      NativeLibraries libraries = new NativeLibraries(folder);
      libraries.removeUnfinished();
      if (System.getProperty(ONNX_FOLDER_PROPERTY) == null) {
        libraries.writeOnnx();
      }
      if (config.stateStore() == StoreKind.ROCKSDB) {
        NativeLibraryLoader.getInstance().loadLibrary(folder.toString());
      }
    } catch (IOException e) {
      throw new SidereusException(
          ("the folder %s cannot be written (%s); give this user the right to write there, make"
                  + " room there, or set state.dir to another folder")
              .formatted(folder, SidereusException.reason(e)),
          e);
    } catch (UnsatisfiedLinkError e) {
      throw new SidereusException(
          ("a native library in %s cannot be loaded (%s); mount the file system without noexec, or"
                  + " set state.dir to another folder")
              .formatted(folder, e.getMessage()),
          e);
    }
  }

  /** What a process that was killed has left. */
  private void removeUnfinished() throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      for (Path one : files.filter(file -> file.toString().endsWith(UNFINISHED)).toList()) {
        Files.deleteIfExists(one);
      }
    }
  }

  private void writeOnnx() throws IOException {
    String platform = platform();
    boolean any = false;
    for (String name : ONNX_NAMES) {
      String file = System.mapLibraryName(name);
      URL resource =
          NativeLibraries.class.getClassLoader().getResource(ONNX_RESOURCES + platform + file);
      if (resource != null) {
        write(resource, folder.resolve(file));
        any = true;
      }
    }
    if (any) {
      System.setProperty(ONNX_FOLDER_PROPERTY, folder.toString());
    }
  }

  /** As ONNX Runtime names platforms. */
  private static String platform() {
    String system = System.getProperty("os.name", "").toLowerCase(Locale.ROOT);
    String processor = System.getProperty("os.arch", "").toLowerCase(Locale.ROOT);
    String os = system.contains("win") ? "win" : system.contains("mac") ? "osx" : "linux";
    return os + (processor.equals("amd64") || processor.equals("x86_64") ? "-x64/" : "-aarch64/");
  }

  /** Writes a library, unless the same one is there. */
  private static void write(URL resource, Path file) throws IOException {
    URLConnection connection = resource.openConnection();
    Path checksum = file.resolveSibling(file.getFileName() + ".crc");
    String wanted =
        connection instanceof JarURLConnection jar
            ? Long.toHexString(jar.getJarEntry().getCrc())
            : Long.toHexString(connection.getLastModified());
    if (Files.exists(file)
        && Files.exists(checksum)
        && Files.readString(checksum).equals(wanted)
        && Files.size(file) == connection.getContentLengthLong()) {
      return;
    }
    Path unfinished = Files.createTempFile(file.getParent(), "native-", UNFINISHED);
    try (InputStream in = connection.getInputStream()) {
      Files.copy(in, unfinished, StandardCopyOption.REPLACE_EXISTING);
      Files.deleteIfExists(checksum);
      Files.move(unfinished, file, StandardCopyOption.ATOMIC_MOVE);
      Files.writeString(checksum, wanted);
    } finally {
      Files.deleteIfExists(unfinished);
    }
  }
}
