package org.sidereus.catalogs.report;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.sidereus.engine.Printable;

/** Writes an HTML page. All texts are escaped. */
final class HtmlPage {
  private static final String STYLE =
      """
      :root{color-scheme:light dark;--page:#fff;--ink:#202124;--line:#ccc;--link:#0b5cad}
      @media screen and (prefers-color-scheme:dark){
      :root{--page:#10141c;--ink:#e9edf5;--line:#4a5468;--link:#7db7f5}}
      html{background:var(--page)}a{color:var(--link)}
      body{font:15px/1.5 sans-serif;margin:2rem auto;max-width:75rem;padding:0 1rem;color:var(--ink)}
      h1,figcaption,p{overflow-wrap:anywhere}
      table{border-collapse:collapse;margin:.5rem 0}
      th,td{border:1px solid var(--line);padding:.2rem .6rem;text-align:left}
      td.n{text-align:right;font-variant-numeric:tabular-nums;white-space:nowrap}
      figure{margin:1.6rem 0}figcaption{font-weight:600;margin-bottom:.3rem}
      svg{max-width:max(100%,60rem);height:auto;background:#fff}.wide{overflow-x:auto}
      """;

  private final StringBuilder html = new StringBuilder();

  /** A page with a title, which is its first heading, too. */
  HtmlPage(String title) {
    html.append("<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">\n")
        .append("<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n")
        .append("<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none';")
        .append(" style-src 'unsafe-inline'\">\n<title>")
        .append(escaped(title))
        .append("</title>\n<style>")
        .append(STYLE)
        .append("</style></head><body><main>\n<h1>")
        .append(escaped(title))
        .append("</h1>\n");
  }

  /** The page; nothing may follow. */
  String text() {
    return html.append("</main></body></html>\n").toString();
  }

  void heading(String text) {
    html.append("<h2>").append(escaped(text)).append("</h2>\n");
  }

  void paragraph(String text) {
    html.append("<p>").append(escaped(text)).append("</p>\n");
  }

  void table(List<String> header) {
    html.append("<div class=\"wide\" tabindex=\"0\"><table><tr>");
    header.forEach(one -> html.append("<th scope=\"col\">").append(escaped(one)).append("</th>"));
    html.append("</tr>\n");
  }

  void row(String... cells) {
    html.append("<tr>");
    for (int i = 0; i < cells.length; i++) {
      boolean isNumber = i > 0 && PrintedNumber.isOne(cells[i]);
      html.append(isNumber ? "<td class=\"n\">" : "<td>").append(escaped(cells[i])).append("</td>");
    }
    html.append("</tr>\n");
  }

  void end() {
    html.append("</table></div>\n");
  }

  /**
   * An image with its caption.
   *
   * @param svg the image with or without a declaration of XML
   * @param link relative address of the image as a file
   */
  void figure(String svg, String link, String caption) {
    html.append("<figure><figcaption>")
        .append(escaped(caption.strip()))
        .append(" (<a href=\"" + link + "\">SVG</a>)")
        .append("</figcaption><div class=\"wide\" tabindex=\"0\">")
        .append(svg.substring(svg.indexOf("<svg"))) // without the declaration of XML
        .append("</div></figure>\n");
  }

  private static String escaped(@Nullable String text) {
    return Printable.of(String.valueOf(text))
        .replace("&", "&amp;")
        .replace("<", "&lt;")
        .replace(">", "&gt;")
        .replace("\"", "&quot;")
        .replace("'", "&#39;");
  }
}
