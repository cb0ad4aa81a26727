package org.sidereus.streams.config;

import java.util.Collection;
import java.util.Comparator;

/** Finds what someone may have meant. */
final class Nearest {
  private Nearest() {}

  /** The candidate with the fewest insertions, deletions and exchanges from the text. */
  static String of(String text, Collection<String> candidates) {
    return candidates.stream()
        .min(Comparator.comparingInt(candidate -> distance(text, candidate)))
        .orElseThrow();
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
