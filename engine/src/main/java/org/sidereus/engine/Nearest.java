package org.sidereus.engine;

import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;

/** Finds what someone may have meant. */
public final class Nearest {
  private Nearest() {}

  /** The candidate with the fewest insertions, deletions and exchanges from the text. */
  public static String of(String text, Collection<String> candidates) {
    return list(text, candidates, 1).get(0);
  }

  /** The nearest candidates, the nearest first; the case of letters counts little. */
  public static List<String> list(String text, Collection<String> candidates, int most) {
    String lower = text.toLowerCase(Locale.ROOT);
    return candidates.stream()
        .sorted(
            Comparator.<String>comparingInt(
                    candidate -> distance(lower, candidate.toLowerCase(Locale.ROOT)))
                .thenComparingInt(candidate -> distance(text, candidate)))
        .limit(most)
        .toList();
  }

  private static int distance(String left, String right) {
    int[] row = new int[right.length() + 1];
    for (int j = 0; j <= right.length(); j++) {
      row[j] = j;
    }
    for (int i = 1; i <= left.length(); i++) {
      int diagonal = row[0];
      row[0] = i;
      for (int j = 1; j <= right.length(); j++) {
        int exchanged = diagonal + (left.charAt(i - 1) == right.charAt(j - 1) ? 0 : 1);
        diagonal = row[j];
        row[j] = Math.min(exchanged, 1 + Math.min(row[j], row[j - 1]));
      }
    }
    return row[right.length()];
  }
}
