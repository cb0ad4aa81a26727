package org.sidereus.catalogs.infer;

import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.sidereus.engine.SidereusException;
import org.sidereus.engine.bundle.BundleIdentity;
import org.sidereus.engine.bundle.Parameter;
import org.sidereus.engine.inference.KeptSamples;

/**
 * Samples as chains of GetDist, one for each object, because a chain is one posterior: for {@code
 * chains.txt} the files {@code chains.1-OBJECT.txt}, {@code .paramnames}, {@code .ranges} (the
 * bounds of the priors) and {@code .properties.ini} (the bundle, and that the samples are
 * independent), where 1 is the number of the object in the output. A line is weight, zero in place
 * of the negative logarithm of the posterior, which a sample does not carry, and the parameters. In
 * the name of a file, what is no ASCII letter, digit, point, plus or minus is a minus: GetDist
 * takes {@code _1} at the end for the number of a chain.
 */
final class ChainSamples implements SampleOutput {
  /** More files in one folder help nobody. */
  static final int MOST_OBJECTS = 10_000;

  private static final int LONGEST_NAME = 80;

  private final Path file;
  private final String root;
  private final List<Parameter> parameters;
  private final BundleIdentity bundle;
  private final List<PartFile> parts = new ArrayList<>();
  private int objects;

  /**
   * Begins the chains.
   *
   * @throws SidereusException if their folder does not exist
   */
  ChainSamples(Path file, List<Parameter> parameters, BundleIdentity bundle) {
    this.file = file;
    this.parameters = List.copyOf(parameters);
    this.bundle = bundle;
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
          "%s: there are more than %d objects, and chains are four files for each; write .npz or .parquet"
              .formatted(file, MOST_OBJECTS));
    }
    String plain = object.replaceAll("[^A-Za-z0-9.+-]", "-");
    String name =
        "%s.%d-%s"
            .formatted(root, objects, plain.substring(0, Math.min(plain.length(), LONGEST_NAME)));
    StringBuilder names = new StringBuilder();
    StringBuilder ranges = new StringBuilder();
    for (Parameter parameter : parameters) {
      String label = label(parameter.name());
      names.append(parameter.name()).append('\t').append(label).append('\n');
      ranges.append(parameter.name()).append(' ').append(bound(parameter.prior().lower()));
      ranges.append(' ').append(bound(parameter.prior().upper())).append('\n');
    }
    write(name + ".paramnames", names);
    write(name + ".ranges", ranges);
    write(
        name + ".properties.ini",
        """
        bundle = %s
        bundle_version = %s
        bundle_sha256 = %s
        burn_removed = T
        sampler = uncorrelated
        """
            .formatted(bundle.name(), bundle.version(), bundle.sha256()));
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

  /** A bound of a prior; N for none. */
  private static String bound(double value) {
    return Double.isInfinite(value) ? "N" : Double.toString(value);
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
