import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.sidereus.engine.bundle.Bundle;
import org.sidereus.engine.bundle.Manifest;
import org.sidereus.engine.combination.Combiner;
import org.sidereus.engine.combination.FactorizedPosterior;
import org.sidereus.engine.combination.GroupState;
import org.sidereus.engine.combination.GroupSummary;
import org.sidereus.engine.inference.EngineOptions;
import org.sidereus.engine.inference.FeatureEncoder;
import org.sidereus.engine.inference.Measurement;
import org.sidereus.engine.inference.ObjectSummary;
import org.sidereus.engine.inference.PosteriorEngine;

/**
 * Calibration of groups of 1 to all stars of one mock galaxy. Arguments: bundle, table of mock
 * stars, true values of the shared parameters. The stars are inferred once and combined in disjoint
 * groups of each size.
 */
public final class GroupCurve {
  private static final int BATCH = 2_000;
  private static final int MOST_GROUPS = 2_000;

  public static void main(String[] arguments) throws Exception {
    Bundle bundle = Bundle.load(Path.of(arguments[0]));
    Manifest manifest = bundle.manifest();
    List<String> lines = Files.readAllLines(Path.of(arguments[1]));
    double[] truth = new double[arguments.length - 2];
    for (int i = 0; i < truth.length; i++) {
      truth[i] = Double.parseDouble(arguments[2 + i]);
    }
    Combiner combiner = Combiner.of(manifest);
    List<double[]> contributions = new ArrayList<>();
    try (PosteriorEngine engine = PosteriorEngine.open(bundle, EngineOptions.defaults())) {
      List<float[]> rows = rows(manifest, lines);
      for (int from = 0; from < rows.size(); from += BATCH) {
        int to = Math.min(rows.size(), from + BATCH);
        for (ObjectSummary object : engine.infer(rows.subList(from, to))) {
          contributions.add(combiner.contribution(object));
        }
      }
    }
    System.out.println(
        "| stars | groups | rms z | mean z | in 68 % | in 95 % | robust z | wider | loss | flagged | out |");
    System.out.println("|---|---|---|---|---|---|---|---|---|---|---|");
    for (int size : new int[] {1, 2, 5, 10, 30, 100, 300, 1_000, 3_000, 10_000, 30_000, 100_000}) {
      int groups = Math.min(MOST_GROUPS, contributions.size() / size);
      if (groups > 0) {
        print(combiner, contributions, size, groups, truth);
      }
    }
  }


  private static void print(
      Combiner combiner, List<double[]> contributions, int size, int groups, double[] truth) {
    int k = truth.length;
    double[] square = new double[k];
    double[] sum = new double[k];
    double[] robustSquare = new double[k];
    double[] widening = new double[k];
    int[] in68 = new int[k];
    int[] in95 = new int[k];
    double loss = 0;
    int flagged = 0;
    long leftOut = 0;
    int counted = 0;
    for (int g = 0; g < groups; g++) {
      GroupState state = GroupState.empty(combiner.length());
      for (int i = 0; i < size; i++) {
        state = state.plus(contributions.get(g * size + i));
      }
      GroupSummary found = combiner.combine(state);
      leftOut += found.leftOutObjects();
      flagged += found.flags().isEmpty() ? 0 : 1;
      if (!found.isMeasurement() || found.combined() == 0) {
        continue;
      }
      counted++;
      loss += found.informationLoss() == null ? 0 : found.informationLoss();
      FactorizedPosterior posterior = found.factorized();
      for (int i = 0; i < k; i++) {
        double z = (posterior.mean()[i] - truth[i]) / posterior.sd(i);
        square[i] += z * z;
        sum[i] += z;
        robustSquare[i] += Math.pow((found.robustMean()[i] - truth[i]) / found.robustSd(i), 2);
        widening[i] += found.robustSd(i) / posterior.sd(i);
        double[] q = posterior.quantiles()[i];
        in95[i] += q[0] <= truth[i] && truth[i] <= q[4] ? 1 : 0;
        in68[i] += q[1] <= truth[i] && truth[i] <= q[3] ? 1 : 0;
      }
    }
    StringBuilder row = new StringBuilder(String.format(Locale.ROOT, "| %,d | %d |", size, groups));
    double n = counted;
    row.append(pair(" %.2f", Math.sqrt(square[0] / n), Math.sqrt(square[1] / n)));
    row.append(pair(" %+.2f", sum[0] / n, sum[1] / n));
    row.append(pair(" %.1f", 100 * in68[0] / n, 100 * in68[1] / n));
    row.append(pair(" %.1f", 100 * in95[0] / n, 100 * in95[1] / n));
    row.append(
        pair(" %.2f", Math.sqrt(robustSquare[0] / n), Math.sqrt(robustSquare[1] / n)));
    row.append(pair(" %.2f", widening[0] / n, widening[1] / n));
    row.append(
        String.format(
            Locale.ROOT,
            " %.3f | %.1f | %.2f |",
            loss / n,
            100.0 * flagged / groups,
            100.0 * leftOut / ((double) groups * size)));
    System.out.println(row);
  }

  private static String pair(String format, double a, double b) {
    return String.format(Locale.ROOT, format + "," + format + " |", a, b);
  }

  private static List<float[]> rows(Manifest manifest, List<String> lines) {
    FeatureEncoder encoder = new FeatureEncoder(manifest);
    List<String> header = List.of(lines.get(0).split(","));
    List<float[]> rows = new ArrayList<>();
    for (String line : lines.subList(1, lines.size())) {
      String[] cells = line.split(",");
      Map<String, Measurement> measurements = new HashMap<>();
      manifest
          .observables()
          .forEach(
              observable -> {
                String name = observable.name();
                double value = Double.parseDouble(cells[header.indexOf(name)]);
                double error = Double.parseDouble(cells[header.indexOf(name + "_err")]);
                measurements.put(name, Measurement.of(value, error));
              });
      rows.add(encoder.features(measurements));
    }
    return rows;
  }
}
