package org.sidereus.catalogs.infer;

import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.sidereus.engine.SidereusException;
import org.sidereus.engine.inference.KeptSamples;

/**
 * Samples as chains of GetDist, one for each object, because a chain is one posterior: for {@code
 * chains.txt} the files {@code chains.1-OBJECT.txt} and {@code chains.1-OBJECT.paramnames}, where 1
 * is the number of the object in the output. A line is weight, zero in place of the negative
 * logarithm of the posterior, which a sample does not carry, and the parameters. In the name of a
 * file, what is no ASCII letter, digit, point, plus or minus is a minus: GetDist takes {@code _1}
 * at the end for the number of a chain.
 */
final class ChainSamples implements SampleOutput {
  /** More files in one folder help nobody. */
  static final int MOST_OBJECTS = 10_000;

  private static final int LONGEST_NAME = 80;

  private final Path file;
  private final String root;
  private final List<String> parameters;
  private final List<PartFile> parts = new ArrayList<>();
  private int objects;

  /**
   * Begins the chains.
   *
   * @throws SidereusException if their folder does not exist
   */
  ChainSamples(Path file, List<String> parameters) {
    this.file = file;
    this.parameters = List.copyOf(parameters);
    String name = String.valueOf(file.getFileName());
    root = name.substring(0, name.lastIndexOf('.'));
    Path folder = file.toAbsolutePath().getParent();
    if (folder == null || !Files.isWritable(folder)) {
      throw new SidereusException(
          file + " cannot be written: its folder does not exist or may not be written; make it");
    }
  }

  @Override
  public void write(String object, KeptSamples samples) {
    objects++;
    if (objects > MOST_OBJECTS) {
      throw new SidereusException(
          "%s: there are more than %d objects, and chains are two files for each; write .npz or .csv"
              .formatted(file, MOST_OBJECTS));
    }
    String plain = object.replaceAll("[^A-Za-z0-9.+-]", "-");
    String name =
        "%s.%d-%s"
            .formatted(root, objects, plain.substring(0, Math.min(plain.length(), LONGEST_NAME)));
    StringBuilder names = new StringBuilder();
    parameters.forEach(one -> names.append(one).append('\t').append(label(one)).append('\n'));
    write(name + ".paramnames", names);
    StringBuilder chain = new StringBuilder();
    for (int s = 0; s < samples.count(); s++) {
      chain.append(samples.weights()[s]).append(" 0");
      for (int d = 0; d < parameters.size(); d++) {
        chain.append(' ').append(samples.theta(s, d));
      }
      chain.append('\n');
    }
    write(name + ".txt", chain);
  }

  /** The name in LaTeX: an underscore would begin an index of one character. */
  private static String label(String parameter) {
    return "{\\rm " + parameter.replace("_", "\\_") + "}";
  }

  private void write(String name, CharSequence text) {
    PartFile part = new PartFile(file.resolveSibling(name));
    parts.add(part);
    try (BufferedWriter out = Files.newBufferedWriter(part.written(), StandardCharsets.UTF_8)) {
      out.append(text);
    } catch (IOException e) {
      throw part.unwritable(e);
    }
  }

  @Override
  public void commit() {
    for (PartFile part : parts) {
      try {
        part.commit();
      } catch (IOException e) {
        throw part.unwritable(e);
      }
    }
    parts.clear();
  }

  @Override
  public void close() {
    for (PartFile part : parts) {
      try {
        part.discard();
      } catch (IOException e) {
        throw part.unwritable(e);
      }
    }
    parts.clear();
  }
}
