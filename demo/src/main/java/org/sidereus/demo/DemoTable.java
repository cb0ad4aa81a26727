package org.sidereus.demo;

import java.io.PrintWriter;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import org.sidereus.schemas.GroupPosterior;
import org.sidereus.schemas.SharedParameter;

/**
 * A table of the groups. On a terminal each drawing replaces the last one, elsewhere it follows the
 * last one. A bar shows each standard deviation on a logarithmic scale; it shrinks with each
 * object.
 */
public final class DemoTable {
  private static final int BAR_WIDTH = 24;

  /** Length of the bar that is lost when a standard deviation becomes ten times smaller. */
  private static final double BAR_PER_DECADE = 8;

  private final PrintWriter out;
  private final boolean terminal;
  private final Map<String, Double> widest = new HashMap<>();
  private int drawnLines;

  public DemoTable(PrintWriter out, boolean terminal) {
    this.out = out;
    this.terminal = terminal;
  }

  public void draw(GroupView view, String status) {
    StringBuilder text = new StringBuilder();
    int lines = 0;
    text.append(
        String.format(
            Locale.ROOT,
            "%-20s %7s  %-16s %12s %10s %10s  %s%n",
            "group",
            "objects",
            "parameter",
            "mean",
            "sd",
            "truth",
            "sd, logarithmic"));
    lines++;
    for (GroupPosterior group : view.latest().values()) {
      boolean first = true;
      for (SharedParameter one : group.getParameters()) {
        text.append(row(view, group, one, first));
        first = false;
        lines++;
      }
    }
    text.append(status).append(System.lineSeparator());
    lines++;
    if (terminal && drawnLines > 0) {
      // move up to the first line of the table, and clear the rest of the screen
      out.print("\u001b[" + drawnLines + "A\u001b[J");
    }
    out.print(text);
    out.flush();
    drawnLines = lines;
  }

  private String row(GroupView view, GroupPosterior group, SharedParameter one, boolean first) {
    Double truth = view.truth(group.getGroup()).get(one.getName());
    return String.format(
        Locale.ROOT,
        "%-20s %7s  %-16s %12.5f %10.5f %10s  %s%n",
        first ? group.getGroup() : "",
        first ? Long.toString(group.getObjects()) : "",
        one.getName(),
        one.getMean(),
        one.getSd(),
        truth == null ? "" : String.format(Locale.ROOT, "%.4f", truth),
        bar(group.getGroup() + " " + one.getName(), one.getSd()));
  }

  private String bar(String what, double sd) {
    double widestSd = widest.merge(what, sd, Math::max);
    int length = (int) Math.round(BAR_WIDTH - BAR_PER_DECADE * Math.log10(widestSd / sd));
    return "#".repeat(Math.max(1, Math.min(BAR_WIDTH, length)));
  }
}
