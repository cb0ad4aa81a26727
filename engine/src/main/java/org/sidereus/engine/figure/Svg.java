package org.sidereus.engine.figure;

import java.util.Locale;
import org.sidereus.engine.Printable;

/** Writes an SVG image element by element; lengths in pixels, the origin at the upper left. */
public final class Svg {
  private static final int FONT = 11;

  private final StringBuilder text = new StringBuilder();

  public Svg(double width, double height) {
    text.append("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n");
    text.append(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 %s %s\" width=\"%s\" height=\"%s\""
                .formatted(number(width), number(height), number(width), number(height))
            + " font-family=\"sans-serif\" font-size=\""
            + FONT
            + "\">\n");
    rectangle(0, 0, width, height, "white", "none");
  }

  /** A filled rectangle with a border. */
  public void rectangle(
      double x, double y, double width, double height, String fill, String stroke) {
    text.append(
        "<rect x=\"%s\" y=\"%s\" width=\"%s\" height=\"%s\" fill=\"%s\" stroke=\"%s\"/>\n"
            .formatted(number(x), number(y), number(width), number(height), fill, stroke));
  }

  /** A line through points. */
  public void line(double[] x, double[] y, String stroke, double width, String dashes) {
    text.append("<polyline fill=\"none\" stroke=\"%s\"".formatted(stroke))
        .append(" stroke-width=\"%s\"".formatted(number(width)))
        .append(dashes.isEmpty() ? "" : " stroke-dasharray=\"" + dashes + "\"")
        .append(" points=\"")
        .append(points(x, y))
        .append("\"/>\n");
  }

  /** A filled polygon. */
  public void polygon(double[] x, double[] y, String fill, double opacity) {
    text.append("<polygon fill=\"%s\" fill-opacity=\"%s\"".formatted(fill, number(opacity)))
        .append(" stroke=\"none\" points=\"")
        .append(points(x, y))
        .append("\"/>\n");
  }

  /** A filled circle. */
  public void circle(double x, double y, double radius, String fill) {
    text.append(
        "<circle cx=\"%s\" cy=\"%s\" r=\"%s\" fill=\"%s\"/>\n"
            .formatted(number(x), number(y), number(radius), fill));
  }

  /**
   * A word.
   *
   * @param anchor start, middle or end: which part of it is at x
   */
  public void label(double x, double y, String anchor, String word) {
    text.append(
        "<text x=\"%s\" y=\"%s\" text-anchor=\"%s\">%s</text>\n"
            .formatted(number(x), number(y), anchor, escaped(word)));
  }

  /** A word that reads upwards. */
  public void labelUpwards(double x, double y, String word) {
    text.append(
        "<text transform=\"translate(%s %s) rotate(-90)\" text-anchor=\"middle\">%s</text>\n"
            .formatted(number(x), number(y), escaped(word)));
  }

  /** The whole image. */
  public String image() {
    return text + "</svg>\n";
  }

  private static String points(double[] x, double[] y) {
    StringBuilder points = new StringBuilder();
    for (int i = 0; i < x.length; i++) {
      points.append(i == 0 ? "" : " ").append(number(x[i])).append(',').append(number(y[i]));
    }
    return points.toString();
  }

  private static String number(double value) {
    // never NaN, which no viewer can draw
    return Double.isFinite(value) ? String.format(Locale.ROOT, "%.2f", value) : "0";
  }

  /** Text of XML; a character that XML cannot have is an escape. */
  private static String escaped(String word) {
    return Printable.of(word).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;");
  }
}
