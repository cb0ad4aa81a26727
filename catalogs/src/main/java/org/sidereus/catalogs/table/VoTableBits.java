package org.sidereus.catalogs.table;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.Locale;
import javax.xml.XMLConstants;
import javax.xml.parsers.ParserConfigurationException;
import javax.xml.parsers.SAXParserFactory;
import javax.xml.transform.Transformer;
import javax.xml.transform.TransformerException;
import javax.xml.transform.TransformerFactory;
import javax.xml.transform.sax.SAXSource;
import javax.xml.transform.stream.StreamResult;
import org.sidereus.engine.SidereusException;
import org.xml.sax.Attributes;
import org.xml.sax.InputSource;
import org.xml.sax.SAXException;
import org.xml.sax.helpers.AttributesImpl;
import org.xml.sax.helpers.XMLFilterImpl;

/**
 * Writes a VOTable again in which single bits of binary streams are bytes. STIL 4.3.5 cannot read
 * such bits, and astropy writes each column of truth values so. A single bit takes a byte (VOTable
 * 1.4, section 6): 0x80 is true by the standard, and 0x08 in tables of astropy 8.0; all others of
 * its bits are 0.
 */
final class VoTableBits extends XMLFilterImpl {
  private final int wanted;
  private int table = -1;

  private VoTableBits(int wanted) {
    this.wanted = wanted;
  }

  /** Whether a field holds one bit: it has no length, or that of 1. */
  static boolean isSingleBit(Attributes field) {
    String size = field.getValue("arraysize");
    return "bit".equals(field.getValue("datatype")) && (size == null || size.strip().equals("1"));
  }

  /**
   * Writes a document again.
   *
   * @param name name of the file, for messages
   * @param wanted number of the table whose fields become bytes, from 0
   * @throws SidereusException if it cannot be read
   */
  static void write(String name, InputStream document, int wanted, OutputStream out)
      throws IOException {
    try {
      SAXParserFactory factory = SAXParserFactory.newDefaultNSInstance();
      factory.setFeature(XMLConstants.FEATURE_SECURE_PROCESSING, true);
      factory.setFeature("http://apache.org/xml/features/disallow-doctype-decl", true);
      VoTableBits bits = new VoTableBits(wanted);
      bits.setParent(factory.newSAXParser().getXMLReader());
      Transformer copy = TransformerFactory.newDefaultInstance().newTransformer();
      copy.transform(new SAXSource(bits, new InputSource(document)), new StreamResult(out));
    } catch (SAXException | ParserConfigurationException | TransformerException e) {
      throw new SidereusException(
          "%s cannot be read as VOTable: %s; get or write it again"
              .formatted(name, TableInput.printable(String.valueOf(e.getMessage()))),
          e);
    }
  }

  @Override
  public void startElement(String uri, String localName, String qName, Attributes attributes)
      throws SAXException {
    String element = localName.toUpperCase(Locale.ROOT);
    table += element.equals("TABLE") ? 1 : 0;
    Attributes written = attributes;
    if (element.equals("FIELD") && table == wanted && isSingleBit(attributes)) {
      AttributesImpl changed = new AttributesImpl(attributes);
      changed.setValue(changed.getIndex("datatype"), "unsignedByte");
      int size = changed.getIndex("arraysize");
      if (size >= 0) {
        changed.removeAttribute(size);
      }
      written = changed;
    }
    super.startElement(uri, localName, qName, written);
  }
}
