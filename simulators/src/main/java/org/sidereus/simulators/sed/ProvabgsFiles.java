package org.sidereus.simulators.sed;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.DoubleStream;
import java.util.stream.Stream;
import org.sidereus.engine.SidereusException;

/**
 * The user's copy of the networks and tables of PROVABGS and of the filters of speclite.
 *
 * @param networks folder of the networks and tables
 * @param filters folder of the filters
 */
public record ProvabgsFiles(Path networks, Path filters) {
  private static final String HINT =
      "; --weights must name a folder that holds provabgs/ (the files of src/provabgs/dat of"
          + " https://github.com/changhoonhahn/provabgs) and filters/ (the files sdss2010-*.ecsv of"
          + " https://github.com/desihub/speclite), or a checkout of provabgs with a folder"
          + " filters";

  private static final List<String> HISTORY_NETWORKS =
      List.of(
          "nmf.v0.1.seed0_99.w2000_3600.pca50.8x256.nbatch250.pkl",
          "nmf.v0.1.seed0_99.w3600_5500.pca50.8x256.nbatch250.pkl",
          "nmf.v0.1.seed0_99.w5500_7410.pca50.8x256.nbatch250.pkl",
          "nmf.v0.1.seed0_99.w7410_60000.pca30.8x256.nbatch250.pkl");

  private static final String BURST_NETWORKS = "burst.v0.1.seed0_199.w*.6x512.nbatch250.pkl";
  private static final String OLD_BURST_NETWORKS =
      "fsps.burst.seed0_199.w[0-3].pca*.8x256.nbatch250.pkl";

  private static final String METALS = "NMF_2basis_Z_components_nowgt_lin_Nc2.txt";
  private static final String STAR_FORMATION = "NMF_2basis_SFH_components_nowgt_lin_Nc4.txt";
  private static final String TIMES = "sfh_t_int.txt";

  /** Names of the filters, from blue to red. */
  public static final List<String> BANDS = List.of("u", "g", "r", "i", "z");

  /**
   * A directory.
   *
   * @param path a folder with the folders {@code provabgs} and {@code filters}, or a checkout of
   *     provabgs with a folder {@code filters} beside its own
   * @throws SidereusException if there is no such folder
   */
  public static ProvabgsFiles of(Path path) {
    if (!Files.isDirectory(path)) {
      throw new SidereusException("there is no folder " + path + HINT);
    }
    Path inCheckout = path.resolve("src").resolve("provabgs").resolve("dat");
    return new ProvabgsFiles(
        Files.isDirectory(inCheckout) ? inCheckout : path.resolve("provabgs"),
        path.resolve("filters"));
  }

  /** The networks of the smooth part of the star formation history, by wavelength. */
  public List<SpectrumNetwork> historyNetworks() {
    return HISTORY_NETWORKS.stream().map(this::existing).map(SpectrumNetwork::read).toList();
  }

  /** The networks of a burst, by wavelength, of either generation. */
  public List<SpectrumNetwork> burstNetworks() {
    return burstFiles().stream()
        .map(SpectrumNetwork::read)
        .sorted(Comparator.comparingDouble(network -> network.wavelengths()[0]))
        .toList();
  }

  /**
   * Whether the networks of a burst are of the earlier generation, whose first two inputs are
   * logarithms.
   */
  public boolean hasEarlierBurst() {
    return matching(BURST_NETWORKS).isEmpty();
  }

  private List<Path> burstFiles() {
    List<Path> files = matching(hasEarlierBurst() ? OLD_BURST_NETWORKS : BURST_NETWORKS);
    if (files.size() != HISTORY_NETWORKS.size()) {
      throw new SidereusException(
          networks
              + " has "
              + files.size()
              + " networks of the burst (" // both generations are looked for
              + BURST_NETWORKS
              + " or "
              + OLD_BURST_NETWORKS
              + ") and not "
              + HISTORY_NETWORKS.size()
              + HINT);
    }
    return files;
  }

  private List<Path> matching(String pattern) {
    if (!Files.isDirectory(networks)) {
      throw new SidereusException("there is no folder " + networks + HINT);
    }
    List<Path> files = new ArrayList<>();
    try (Stream<Path> all = Files.list(networks)) {
      all.filter(
              file ->
                  file.getFileSystem()
                      .getPathMatcher("glob:" + pattern)
                      .matches(file.getFileName()))
          .sorted()
          .forEach(files::add);
    } catch (IOException e) {
      throw new SidereusException(networks + " cannot be read: " + e.getMessage(), e);
    }
    return files;
  }

  private Path existing(String name) {
    Path file = networks.resolve(name);
    if (!Files.isReadable(file)) {
      throw new SidereusException("the file " + file + " is missing" + HINT);
    }
    return file;
  }

  /** The filters, in the order of {@link #BANDS}. */
  public List<FilterCurve> filterCurves() {
    return filterFiles().stream().map(FilterCurve::read).toList();
  }

  private List<Path> filterFiles() {
    List<Path> files =
        BANDS.stream().map(band -> filters.resolve("sdss2010-" + band + ".ecsv")).toList();
    for (Path file : files) {
      if (!Files.isReadable(file)) {
        throw new SidereusException("the filter " + file + " is missing" + HINT);
      }
    }
    return files;
  }

  /** The components of the histories. */
  public Histories histories() {
    double[][] rows = reversed(table(STAR_FORMATION));
    // the rows of the file are not in the order of the shares
    double[][] starFormation = {rows[2], rows[0], rows[1], rows[3]};
    return new Histories(reversed(table(TIMES)[0]), starFormation, reversed(table(METALS)));
  }

  /** Rows of numbers; a file of one column is one row. */
  private double[][] table(String name) {
    Path file = existing(name);
    try {
      double[][] rows =
          Files.readAllLines(file).stream()
              .filter(line -> !line.isBlank() && !line.startsWith("#"))
              .map(
                  line ->
                      Stream.of(line.strip().split("\\s+"))
                          .mapToDouble(Double::parseDouble)
                          .toArray())
              .toArray(double[][]::new);
      boolean isColumn = rows.length > 0 && rows[0].length == 1;
      return isColumn
          ? new double[][] {Arrays.stream(rows).flatMapToDouble(DoubleStream::of).toArray()}
          : rows;
    } catch (IOException | NumberFormatException e) {
      throw new SidereusException("the table " + file + " cannot be used: " + e.getMessage(), e);
    }
  }

  /** The tables begin with the largest time. */
  private static double[][] reversed(double[][] rows) {
    return Arrays.stream(rows).map(ProvabgsFiles::reversed).toArray(double[][]::new);
  }

  private static double[] reversed(double[] row) {
    double[] reversed = new double[row.length];
    for (int i = 0; i < row.length; i++) {
      reversed[i] = row[row.length - 1 - i];
    }
    return reversed;
  }

  /**
   * SHA-256 of every file that is read.
   *
   * @return hexadecimal digests by name of the file, sorted
   */
  public Map<String, String> sha256() {
    List<Path> files = new ArrayList<>();
    Stream.concat(HISTORY_NETWORKS.stream(), Stream.of(METALS, STAR_FORMATION, TIMES))
        .map(this::existing)
        .forEach(files::add);
    files.addAll(burstFiles());
    files.addAll(filterFiles());
    Map<String, String> digests = new TreeMap<>();
    for (Path file : files) {
      try {
        byte[] digest = MessageDigest.getInstance("SHA-256").digest(Files.readAllBytes(file));
        digests.put(file.getFileName().toString(), HexFormat.of().formatHex(digest));
      } catch (IOException e) {
        throw new SidereusException(file + " cannot be read: " + e.getMessage(), e);
      } catch (NoSuchAlgorithmException e) {
        throw new IllegalStateException("this Java has no SHA-256", e);
      }
    }
    return digests;
  }
}
