package org.sidereus.catalogs.table;

import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import javax.xml.XMLConstants;
import javax.xml.parsers.ParserConfigurationException;
import javax.xml.parsers.SAXParserFactory;
import org.jspecify.annotations.Nullable;
import org.sidereus.engine.SidereusException;
import org.xml.sax.Attributes;
import org.xml.sax.InputSource;
import org.xml.sax.Locator;
import org.xml.sax.SAXException;
import org.xml.sax.SAXParseException;
import org.xml.sax.helpers.DefaultHandler;

/**
 * Looks through a VOTable before it is read. References to other documents are refused, so that a
 * table opens no file and no connection; and it finds the cells that are not of their declared
 * type, which STIL takes as missing.
 */
final class VoTableCheck extends DefaultHandler {
  private static final int DEEPEST = 60;
  private static final long LONGEST_ARRAY = 1 << 20;
  private static final int MOST_FIELDS = 100_000;
  private static final int MOST_BROKEN = 100_000;

  private final String name;
  private final int wanted;
  private final Map<Long, String> broken = new HashMap<>();
  private final List<String> types = new ArrayList<>();
  private final List<String> columns = new ArrayList<>();
  private final List<String> references = new ArrayList<>();
  private final Map<Integer, String> absent = new HashMap<>();
  private final Map<String, TimeFrame> times = new HashMap<>();
  private final Set<Integer> bits = new HashSet<>();
  private final StringBuilder text = new StringBuilder();
  private @Nullable Locator locator;
  private int depth;
  private int table = -1;
  private long row;
  private int cell;
  private boolean inCell;
  private boolean inField;
  private boolean isTabledata;
  private boolean isBinary;
  private boolean inStatus;
  private boolean isFailed;
  private boolean isCut;
  private String status = "";
  private long wantedRows = -1;

  /**
   * What was found.
   *
   * @param broken what is wrong with rows, by their number from 1
   * @param times what the document says of times, by column; null: nothing
   * @param absent the text that stands for a missing value, by the number of the column, from 0
   * @param bits numbers of the columns, from 0, that have a single bit in a binary stream
   * @param tables number of tables in the document
   * @param note what the service said of the table that the user should know; null: nothing
   */
  record Found(
      Map<Long, String> broken,
      List<@Nullable TimeFrame> times,
      Map<Integer, String> absent,
      Set<Integer> bits,
      int tables,
      @Nullable String note) {}

  private VoTableCheck(String name, int wanted) {
    this.name = name;
    this.wanted = wanted;
  }

  /**
   * Checks a document.
   *
   * @param table number of the table that is read, from 0
   * @throws SidereusException if the document is refused
   */
  static Found check(String name, InputStream document, int table) throws IOException {
    VoTableCheck check = new VoTableCheck(name, table);
    try {
      SAXParserFactory factory = SAXParserFactory.newDefaultNSInstance();
      factory.setFeature(XMLConstants.FEATURE_SECURE_PROCESSING, true);
      factory.setFeature("http://apache.org/xml/features/disallow-doctype-decl", true);
      factory.newSAXParser().parse(document, check);
    } catch (SAXParseException e) {
      boolean doctype = String.valueOf(e.getMessage()).contains("DOCTYPE");
      throw new SidereusException(
          "%s, line %d: %s"
              .formatted(
                  name,
                  e.getLineNumber(),
                  doctype
                      ? "a DOCTYPE is refused, because it can name other documents; remove it"
                      : "the XML is damaged (%s); get or write it again"
                          .formatted(TableInput.printable(String.valueOf(e.getMessage())))),
          e);
    } catch (SAXException | ParserConfigurationException e) {
      throw new SidereusException(
          "%s cannot be read as VOTable: %s; get or write it again"
              .formatted(name, TableInput.printable(String.valueOf(e.getMessage()))),
          e);
    }
    if (check.table < table) {
      throw new SidereusException(
          "%s has %d tables and no table %d; set source.table of the mapping, from 0"
              .formatted(name, check.table + 1, table));
    }
    return new Found(
        check.broken,
        check.references.stream().map(one -> check.times.get(one)).toList(),
        check.absent,
        check.isBinary ? Set.copyOf(check.bits) : Set.of(),
        check.table + 1,
        check.isCut ? check.cut() : null);
  }

  /** What is said of a table that the service cut. */
  private String cut() {
    String told = status.isEmpty() ? "" : " (" + status + ")";
    return "the service cut the table %s after %s rows (QUERY_STATUS OVERFLOW)%s; ask it for more by MAXREC or TOP, or in parts"
        .formatted(name, wantedRows < 0 ? "its" : Long.toString(wantedRows), told);
  }

  /** What the service says of the query: in version 1.0 of DALI in an INFO of a RESOURCE. */
  private void info(Attributes attributes) {
    String value = attributes.getValue("value");
    if (!"QUERY_STATUS".equalsIgnoreCase(attributes.getValue("name")) || value == null) {
      return;
    }
    String said = value.strip().toUpperCase(Locale.ROOT);
    isCut |= said.equals("OVERFLOW");
    isFailed = said.equals("ERROR");
    inStatus = isFailed || said.equals("OVERFLOW");
    text.setLength(0);
  }

  private void endOfInfo() {
    if (!inStatus) {
      return;
    }
    inStatus = false;
    status = TableInput.printable(text.toString().strip().replaceAll("\\s+", " "));
    if (isFailed) {
      throw refused(
          "the service reports an error and gives no table (QUERY_STATUS ERROR)%s; correct the query"
              .formatted(status.isEmpty() ? "" : ": " + status));
    }
  }

  @Override
  public void setDocumentLocator(Locator locator) {
    this.locator = locator;
  }

  @Override
  public InputSource resolveEntity(String publicId, String systemId) {
    throw refused("a reference to another document is refused; remove it");
  }

  private SidereusException refused(String what) {
    return new SidereusException(
        "%s, line %d: %s".formatted(name, locator == null ? 0 : locator.getLineNumber(), what));
  }

  private static String local(String localName, String qName) {
    String called = localName.isEmpty() ? qName : localName;
    return called.substring(called.indexOf(':') + 1).toUpperCase(Locale.ROOT);
  }

  @Override
  public void startElement(String uri, String localName, String qName, Attributes attributes) {
    depth++;
    if (depth > DEEPEST) {
      throw refused("elements are nested deeper than %d; this is no table".formatted(DEEPEST));
    }
    switch (local(localName, qName)) {
      case "TABLE" -> {
        table++;
        if (attributes.getValue("ref") != null && table == wanted) {
          throw refused("a table that refers to another one is not read; write it out");
        }
      }
      case "STREAM" -> {
        if (attributes.getValue("href") != null) {
          throw refused(
              "the data are in another file (href), which is not opened; write the table with its"
                  + " data");
        }
      }
      case "BINARY", "BINARY2" -> {
        isBinary |= table == wanted;
      }
      case "FIELD" -> {
        inField = table == wanted;
        field(attributes);
      }
      case "VALUES" -> {
        String missing = attributes.getValue("null");
        if (inField && missing != null && !missing.isBlank()) {
          absent.put(columns.size() - 1, missing.strip());
        }
      }
      case "INFO" -> info(attributes);
      case "TIMESYS" -> timesys(attributes);
      case "TABLEDATA" -> isTabledata = table == wanted;
      case "TR" -> {
        row++;
        cell = 0;
      }
      case "TD" -> {
        inCell = isTabledata;
        text.setLength(0);
      }
      default -> {}
    }
  }

  /** A time system of VOTable 1.4, to which fields refer. */
  private void timesys(Attributes attributes) {
    String id = attributes.getValue("ID");
    String scale = attributes.getValue("timescale");
    String origin = attributes.getValue("timeorigin");
    Double zero = null;
    if (origin != null) {
      try {
        zero =
            switch (origin.strip()) {
              case "MJD-origin" -> 0.0;
              case "JD-origin" -> TimeFrame.MJD_OF_JD_ZERO;
              default -> Double.parseDouble(origin) + TimeFrame.MJD_OF_JD_ZERO;
            };
      } catch (NumberFormatException e) {
        throw refused(
            "the timeorigin '%s' is no Julian date".formatted(TableInput.printable(origin)));
      }
    }
    if (id != null && times.size() < MOST_FIELDS) {
      times.put(id, new TimeFrame(null, scale, zero));
    }
  }

  private void field(Attributes attributes) {
    long length = 1;
    String size = attributes.getValue("arraysize");
    if (size != null) {
      for (String one : size.replace("*", "").split("x", -1)) {
        try {
          length = one.isBlank() ? length : Math.multiplyExact(length, Long.parseLong(one.strip()));
        } catch (NumberFormatException | ArithmeticException e) {
          throw refused("the arraysize '%s' is none".formatted(TableInput.printable(size)));
        }
      }
      if (length < 1 || length > LONGEST_ARRAY) {
        throw refused(
            "the arraysize '%s' is not between 1 and %d"
                .formatted(TableInput.printable(size), LONGEST_ARRAY));
      }
    }
    if (table != wanted) {
      return;
    }
    String type = attributes.getValue("datatype");
    if (types.size() >= MOST_FIELDS) {
      throw refused("the table has more than %d columns".formatted(MOST_FIELDS));
    }
    if (VoTableBits.isSingleBit(attributes)) {
      bits.add(types.size());
    }
    boolean scalar = size == null || size.strip().equals("1");
    types.add(scalar && type != null ? type : "");
    columns.add(String.valueOf(attributes.getValue("name")));
    references.add(String.valueOf(attributes.getValue("ref")));
  }

  @Override
  public void characters(char[] characters, int start, int length) {
    if ((inCell || inStatus) && text.length() + length < 1000) {
      text.append(characters, start, length);
    }
  }

  @Override
  public void endElement(String uri, String localName, String qName) {
    depth--;
    switch (local(localName, qName)) {
      case "FIELD" -> inField = false;
      case "INFO" -> endOfInfo();
      case "TD" -> {
        if (inCell && cell < types.size()) {
          String wrong = wrong(types.get(cell), text.toString().strip());
          if (wrong != null) {
            note("in the column %s, %s".formatted(columns.get(cell), wrong));
          }
        }
        cell++;
        inCell = false;
      }
      case "TR" -> {
        if (isTabledata && cell != types.size()) {
          note("there are %d cells but the table has %d columns".formatted(cell, types.size()));
        }
      }
      case "TABLEDATA" -> {
        wantedRows = isTabledata ? row : wantedRows;
        isTabledata = false;
        row = 0;
      }
      default -> {}
    }
  }

  private void note(String what) {
    if (broken.size() < MOST_BROKEN) {
      broken.putIfAbsent(row, what);
    }
  }

  private static @Nullable String wrong(String type, String text) {
    if (text.isEmpty()) {
      return null;
    }
    try {
      switch (type) {
        case "short", "int", "long", "unsignedByte" -> {
          if (!text.matches("[-+]?0[xX][0-9a-fA-F]+") && !text.equalsIgnoreCase("nan")) {
            TypedText.integer(text);
          }
        }
        case "float", "double" -> TypedText.floating(text);
        default -> {}
      }
      return null;
    } catch (IllegalArgumentException e) {
      return e.getMessage();
    }
  }

  @Override
  public void error(SAXParseException e) {
    // not validated
  }
}
