package org.sidereus.simulators.gce;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.sidereus.engine.SidereusException;

/** A directory of yield tables, laid out as {@code Chempy/input/yields} of ChempyMulti. */
public final class YieldDirectory {
  private static final String HINT =
      "; --yields must name the folder that holds TNG/ and Nomoto2013/, or a checkout of"
          + " https://github.com/oliverphilcox/ChempyMulti";

  private final Path root;

  private YieldDirectory(Path root) {
    this.root = root;
  }

  /**
   * A directory.
   *
   * @param path the folder of the tables, or the root of a checkout of ChempyMulti
   * @throws SidereusException if there is no such folder
   */
  public static YieldDirectory of(Path path) {
    if (!Files.isDirectory(path)) {
      throw new SidereusException("there is no folder " + path + HINT);
    }
    Path inCheckout = path.resolve("Chempy").resolve("input").resolve("yields");
    return new YieldDirectory(Files.isDirectory(inCheckout) ? inCheckout : path);
  }

  /**
   * A table.
   *
   * @param folder folder of the source, such as TNG
   * @param name name of the file
   * @throws SidereusException if it is missing
   */
  Path file(String folder, String name) {
    Path file = root.resolve(folder).resolve(name);
    if (!Files.isReadable(file)) {
      throw new SidereusException("yield table " + file + " is missing" + HINT);
    }
    return file;
  }

  /**
   * SHA-256 of every file in the given folders.
   *
   * @return hexadecimal digests by path relative to this directory, sorted
   */
  public Map<String, String> sha256(List<String> folders) {
    Map<String, String> digests = new TreeMap<>();
    for (String folder : folders) {
      try (Stream<Path> files = Files.walk(root.resolve(folder))) {
        for (Path file : files.filter(Files::isRegularFile).toList()) {
          byte[] digest = MessageDigest.getInstance("SHA-256").digest(Files.readAllBytes(file));
          digests.put(
              root.relativize(file).toString().replace('\\', '/'),
              HexFormat.of().formatHex(digest));
        }
      } catch (IOException e) {
        throw new SidereusException(
            "yield tables in " + root + " cannot be read: " + e.getMessage(), e);
      } catch (NoSuchAlgorithmException e) {
        throw new IllegalStateException("this Java has no SHA-256", e);
      }
    }
    return digests;
  }

  /** The error of a table that cannot be used; the cause is null where it is the content. */
  static SidereusException broken(Path file, String why, @Nullable Throwable cause) {
    return new SidereusException(
        "yield table "
            + file
            + " is broken: "
            + why.replaceAll("\\p{Cntrl}", "?")
            + "; fetch it again from ChempyMulti",
        cause);
  }
}
