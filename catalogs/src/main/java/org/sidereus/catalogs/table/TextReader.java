package org.sidereus.catalogs.table;

import java.io.IOException;
import java.io.InputStream;
import java.io.Reader;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.Charset;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CoderResult;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;
import org.sidereus.engine.SidereusException;

/**
 * The text of a file. Bytes that are no text in its encoding are an error that names the line,
 * never another character: two identifiers must not become one. A byte order mark says the encoding
 * where none is named.
 */
final class TextReader extends Reader {
  private final String name;
  private final InputStream in;
  private final CharsetDecoder decoder;
  private final boolean isNamed;
  private final ByteBuffer bytes = ByteBuffer.allocate(1 << 16).flip();
  private boolean ended;
  private long line = 1;
  private int pushedBack = -1;

  /**
   * A text.
   *
   * @param name name of the file, for messages
   * @param head the first bytes
   * @param encoding null: that of the byte order mark, else UTF-8
   */
  TextReader(String name, InputStream in, byte[] head, @Nullable Charset encoding)
      throws IOException {
    this.name = name;
    this.in = in;
    isNamed = encoding != null;
    Charset charset = encoding == null ? StandardCharsets.UTF_8 : encoding;
    int mark = 0;
    Mark marked = Mark.of(head);
    if (marked != null && (encoding == null || encoding.equals(marked.charset()))) {
      charset = marked.charset();
      mark = marked.bytes();
    }
    in.skipNBytes(mark);
    decoder =
        charset
            .newDecoder()
            .onMalformedInput(CodingErrorAction.REPORT)
            .onUnmappableCharacter(CodingErrorAction.REPORT);
  }

  /** A byte order mark at the beginning, and how many bytes it has. */
  record Mark(Charset charset, int bytes) {
    /** The mark of the first bytes; null: none. That of UTF-32 begins as one of UTF-16. */
    static @Nullable Mark of(byte[] head) {
      if (TableInput.begins(head, 0xef, 0xbb, 0xbf)) {
        return new Mark(StandardCharsets.UTF_8, 3);
      }
      if (TableInput.begins(head, 0xff, 0xfe, 0, 0)) {
        return new Mark(Charset.forName("UTF-32LE"), 4);
      }
      if (TableInput.begins(head, 0, 0, 0xfe, 0xff)) {
        return new Mark(Charset.forName("UTF-32BE"), 4);
      }
      if (TableInput.begins(head, 0xff, 0xfe)) {
        return new Mark(StandardCharsets.UTF_16LE, 2);
      }
      return TableInput.begins(head, 0xfe, 0xff) ? new Mark(StandardCharsets.UTF_16BE, 2) : null;
    }
  }

  /** The text of the first bytes, with a replacement for what is none; to find the format. */
  static String lenient(byte[] head, @Nullable Charset encoding) {
    if (encoding != null) {
      return new String(head, encoding);
    }
    Mark mark = Mark.of(head);
    return mark == null
        ? new String(head, StandardCharsets.UTF_8)
        : new String(head, mark.bytes(), head.length - mark.bytes(), mark.charset());
  }

  @Override
  public int read(char[] target, int offset, int length) throws IOException {
    if (length == 0) {
      return 0;
    }
    if (pushedBack >= 0) {
      target[offset] = (char) pushedBack;
      pushedBack = -1;
      return 1;
    }
    if (length == 1) { // a decoder needs room for two
      char[] two = new char[2];
      int read = read(two, 0, 2);
      if (read > 0) {
        target[offset] = two[0];
        pushedBack = read > 1 ? two[1] : -1;
      }
      return Math.min(read, 1);
    }
    CharBuffer chars = CharBuffer.wrap(target, offset, length);
    while (true) {
      CoderResult result = decoder.decode(bytes, chars, ended);
      int read = chars.position() - offset;
      if (read > 0) {
        count(target, offset, read);
        return read;
      }
      if (result.isError()) {
        throw notText(bytes.get(bytes.position()));
      }
      if (ended) {
        return -1;
      }
      fill();
    }
  }

  private void count(char[] target, int offset, int read) {
    long lines = 0;
    for (int i = offset; i < offset + read; i++) {
      lines += target[i] == '\n' ? 1 : 0;
    }
    line += lines;
  }

  private void fill() throws IOException {
    bytes.compact();
    int read = in.read(bytes.array(), bytes.position(), bytes.remaining());
    if (read < 0) {
      ended = true;
    } else {
      bytes.position(bytes.position() + read);
    }
    bytes.flip();
  }

  private SidereusException notText(byte bad) {
    return new SidereusException(
        "%s, line %d: the byte 0x%02x is no text in %s; %s"
            .formatted(
                name,
                line,
                bad,
                decoder.charset().name(),
                isNamed
                    ? "name the right encoding"
                    : "name the encoding of the file by --encoding or in source.encoding of the"
                        + " mapping, such as ISO-8859-1 or windows-1252"));
  }

  @Override
  public void close() throws IOException {
    in.close();
  }
}
