package org.sidereus.testing;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Locale;
import java.util.Random;

/**
 * A mock survey for the small linear bundle: objects of groups that share {@code a} and {@code b}.
 */
public final class TinySurvey {
  private TinySurvey() {}

  /** Writes {@code bundle/}, {@code survey.csv} and {@code truth.csv} into a folder. */
  public static void write(Path directory, int groups, int objectsPerGroup) {
    try {
      LinearGaussianBundle.write(Files.createDirectories(directory.resolve("bundle")));
      Random random = new Random(1);
      try (PrintWriter survey = writer(directory.resolve("survey.csv"));
          PrintWriter truth = writer(directory.resolve("truth.csv"))) {
        survey.println("star,group,time,y1,y2,y3,y4");
        truth.println("group,a,b");
        double[][] shared = new double[groups][];
        for (int g = 0; g < groups; g++) {
          shared[g] = new double[] {draw(random, 0), draw(random, 1)};
          truth.printf(Locale.ROOT, "group-%d,%.5f,%.5f%n", g, shared[g][0], shared[g][1]);
        }
        long time = 1_000_000_000_000L;
        for (int i = 0; i < objectsPerGroup; i++) {
          for (int g = 0; g < groups; g++) {
            double[] theta = {shared[g][0], shared[g][1], draw(random, 2)};
            double[] y = LinearGaussianBundle.predict(theta);
            survey.printf(Locale.ROOT, "%d-%d,group-%d,%s", g, i, g, Instant.ofEpochMilli(time));
            for (double value : y) {
              survey.printf(
                  Locale.ROOT, ",%.6f", value + LinearGaussianBundle.ERROR * random.nextGaussian());
            }
            survey.println();
            time += 5_000;
          }
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static double draw(Random random, int parameter) {
    return LinearGaussianBundle.PRIOR_MEANS[parameter]
        + LinearGaussianBundle.PRIOR_SDS[parameter] * random.nextGaussian();
  }

  private static PrintWriter writer(Path file) throws IOException {
    return new PrintWriter(Files.newBufferedWriter(file));
  }

  /** Writes a survey for a look at the demo by hand. */
  public static void main(String[] args) {
    write(Path.of(args[0]), Integer.parseInt(args[1]), Integer.parseInt(args[2]));
  }
}
