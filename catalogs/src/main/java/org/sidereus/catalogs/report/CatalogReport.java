package org.sidereus.catalogs.report;

import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.sidereus.catalogs.infer.PosteriorListener;
import org.sidereus.engine.inference.KeptSamples;
import org.sidereus.engine.inference.LikelihoodCheck;
import org.sidereus.engine.inference.ObjectFlag;
import org.sidereus.engine.inference.ObjectSummary;

/**
 * What a report says of the objects of a catalogue. It keeps counts, and the samples of few
 * objects. For one thread.
 */
public final class CatalogReport implements PosteriorListener {
  /** Objects that are plotted, at most. */
  public static final int MOST_PLOTS = 100;

  private static final int FIRST = 3;
  private static final int UNASKED_PLOTS = 10;
  private static final int P_BINS = 20;
  private static final int DECADES = 6;
  private static final int BINS_OF_A_DECADE = 5;

  private final Set<String> wanted;
  private final List<PlottedObject> plotted = new ArrayList<>();
  private final Map<ObjectFlag, Long> flags = new EnumMap<>(ObjectFlag.class);
  private final long[] pValues = new long[P_BINS];
  private final long[] effectiveSamples = new long[DECADES * BINS_OF_A_DECADE];
  private long objects;
  private long flagged;
  private long checked;

  /**
   * An object that is plotted.
   *
   * @param object identifier
   * @param group group; null if it has none
   */
  record PlottedObject(
      String object, @Nullable String group, ObjectSummary posterior, KeptSamples samples) {}

  /**
   * A report.
   *
   * @param wanted identifiers of the objects to plot, at most {@value #MOST_PLOTS}; empty: the
   *     first three, and flagged ones up to ten in all
   */
  public CatalogReport(Collection<String> wanted) {
    if (wanted.size() > MOST_PLOTS) {
      throw new IllegalArgumentException(
          "at most %d objects can be plotted, not %d".formatted(MOST_PLOTS, wanted.size()));
    }
    this.wanted = new LinkedHashSet<>(wanted);
  }

  @Override
  public void posterior(String object, @Nullable String group, ObjectSummary posterior) {
    posterior.flags().forEach(flag -> flags.merge(flag, 1L, Long::sum));
    boolean isFlagged = !posterior.flags().isEmpty();
    LikelihoodCheck check = posterior.check();
    if (check != null) {
      checked++;
      pValues[bin(check.pValue() * P_BINS, P_BINS)]++;
      effectiveSamples[
          bin(
              Math.log10(check.effectiveSampleSize()) * BINS_OF_A_DECADE,
              effectiveSamples.length)]++;
    }
    boolean plot =
        wanted.isEmpty()
            ? objects < FIRST || (isFlagged && plotted.size() < UNASKED_PLOTS)
            : wanted.contains(object) && plotted.size() < MOST_PLOTS;
    KeptSamples samples = posterior.kept();
    if (plot && samples != null) {
      plotted.add(new PlottedObject(object, group, posterior, samples));
    }
    objects++;
    flagged += isFlagged ? 1 : 0;
  }

  private static int bin(double place, int bins) {
    return (int) Math.max(0, Math.min(bins - 1, Math.floor(place)));
  }

  long objects() {
    return objects;
  }

  /** Number of objects with a flag. */
  long flagged() {
    return flagged;
  }

  /** Number of objects whose likelihood is known. */
  long checked() {
    return checked;
  }

  Map<ObjectFlag, Long> flags() {
    return flags;
  }

  List<PlottedObject> plotted() {
    return plotted;
  }

  /** The histogram of the p-values. */
  String pValueFigure() {
    return ReportFigures.histogram(edges(P_BINS, 1.0 / P_BINS), pValues, "p-value", true);
  }

  /** The histogram of the effective sample sizes. */
  String effectiveSamplesFigure() {
    return ReportFigures.histogram(
        edges(effectiveSamples.length, 1.0 / BINS_OF_A_DECADE),
        effectiveSamples,
        "log10 of the effective sample size",
        false);
  }

  private static double[] edges(int bins, double width) {
    return IntStream.rangeClosed(0, bins).mapToDouble(i -> i * width).toArray();
  }

  /** Identifiers that were asked for and are no object of the catalogue with a posterior. */
  public List<String> notFound() {
    Set<String> missing = new LinkedHashSet<>(wanted);
    plotted.forEach(one -> missing.remove(one.object()));
    return List.copyOf(missing);
  }
}
