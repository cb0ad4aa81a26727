package org.sidereus.benchmarks;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.SortedMap;
import java.util.TreeMap;
import org.sidereus.engine.SidereusException;

/**
 * The throughputs that were last accepted, as ratios to the {@link Yardstick}, in a file of the
 * repository. A change that makes a benchmark slower fails against them.
 */
public final class AcceptedThroughput {
  /** Their file in an installation. */
  public static final String FILE = "benchmarks/accepted-throughput.json";

  /** A ratio that is lower by more than this share is a failure. */
  public static final double LARGEST_LOSS = 0.10;

  private final Path file;

  /**
   * Accepted throughputs.
   *
   * @param file JSON file that holds them
   */
  public AcceptedThroughput(Path file) {
    this.file = file;
  }

  /** The accepted throughputs of the installation that the launcher started. */
  public static AcceptedThroughput ofInstallation() {
    return new AcceptedThroughput(Path.of(System.getProperty("sidereus.home", "."), FILE));
  }

  /**
   * Compares a ratio with the accepted one.
   *
   * @param benchmark its name
   * @param ratio units of work in the processor time of one yardstick
   * @return one sentence for the user
   * @throws SidereusException if it is slower by more than {@value #LARGEST_LOSS}, or nothing was
   *     accepted
   */
  public String check(String benchmark, double ratio) {
    Double accepted = read().get(benchmark);
    if (accepted == null) {
      throw new SidereusException(
          "no throughput of '" + benchmark + "' was accepted in " + file + "; run with --accept");
    }
    String sentence =
        String.format(
            Locale.ROOT,
            "%s: %.4f of work per yardstick, accepted %.4f: %+.1f %%",
            benchmark,
            ratio,
            accepted,
            100 * (ratio / accepted - 1));
    if (!(ratio >= (1 - LARGEST_LOSS) * accepted)) {
      throw new SidereusException(
          sentence + "; find out what made it slower, or accept it with --accept");
    }
    return sentence;
  }

  /** Writes a ratio as the accepted one. */
  public void accept(String benchmark, double ratio) {
    SortedMap<String, Double> all = Files.exists(file) ? read() : new TreeMap<>();
    all.put(benchmark, Math.round(ratio * 1e4) / 1e4);
    try {
      Files.writeString(
          file,
          JsonMapper.builder()
                  .enable(SerializationFeature.INDENT_OUTPUT)
                  .build()
                  .writeValueAsString(all)
              + "\n");
    } catch (IOException e) {
      throw new SidereusException("cannot write " + file + ": " + e.getMessage(), e);
    }
  }

  private SortedMap<String, Double> read() {
    try {
      return new JsonMapper()
          .readValue(file.toFile(), new TypeReference<TreeMap<String, Double>>() {});
    } catch (IOException e) {
      throw new SidereusException("cannot read " + file + ": " + e.getMessage(), e);
    }
  }
}
