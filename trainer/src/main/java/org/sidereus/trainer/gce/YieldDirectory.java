package org.sidereus.trainer.gce;

import java.nio.file.Files;
import java.nio.file.Path;
import org.sidereus.command.UserError;

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
   * @throws UserError if there is no such folder
   */
  public static YieldDirectory of(Path path) {
    if (!Files.isDirectory(path)) {
      throw new UserError("there is no folder " + path + HINT);
    }
    Path inCheckout = path.resolve("Chempy").resolve("input").resolve("yields");
    return new YieldDirectory(Files.isDirectory(inCheckout) ? inCheckout : path);
  }

  /**
   * A table.
   *
   * @param folder folder of the source, such as TNG
   * @param name name of the file
   * @throws UserError if it is missing
   */
  Path file(String folder, String name) {
    Path file = root.resolve(folder).resolve(name);
    if (!Files.isReadable(file)) {
      throw new UserError("yield table " + file + " is missing" + HINT);
    }
    return file;
  }

  /** The error of a table that cannot be used. */
  static UserError broken(Path file, String why, Throwable cause) {
    return new UserError(
        "yield table " + file + " is broken: " + why + "; fetch it again from ChempyMulti", cause);
  }
}
