package org.sidereus.simulators.process;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.sidereus.engine.Printable;
import org.sidereus.engine.SidereusException;

/**
 * The frames of the protocol, on the two pipes of a process: 4 bytes {@code SDRS}, 4 bytes that
 * name the kind, the length of the content as an unsigned little-endian number of 4 bytes, the
 * content, and 4 bytes {@code ENDF}. The bytes at both ends tell a frame from what else a program
 * writes.
 */
final class Frames {
  /** What a frame holds. */
  enum Kind {
    /** What the simulator is; its first frame, JSON. */
    HELO,
    /** Inputs of runs [N, D]. */
    RUNS,
    /** Observables of these runs [N, M]. */
    OBSV
  }

  private static final byte[] BEGIN = ascii("SDRS");
  private static final byte[] END = ascii("ENDF");
  private static final int KIND_BYTES = 4;
  private static final int HEADER = 12;

  /** Bytes of foreign output that a message shows. */
  private static final int SHOWN = 160;

  private final InputStream in;
  private final OutputStream out;

  Frames(InputStream in, OutputStream out) {
    this.in = in;
    this.out = out;
  }

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }

  /** Writes a frame and flushes. */
  void write(Kind kind, byte[] content) throws IOException {
    ByteBuffer frame =
        ByteBuffer.allocate(HEADER + content.length + END.length).order(ByteOrder.LITTLE_ENDIAN);
    frame.put(BEGIN).put(ascii(kind.name())).putInt(content.length).put(content).put(END);
    out.write(frame.array());
    out.flush();
  }

  /**
   * Reads the next frame.
   *
   * @param kind what it must hold
   * @param least fewest bytes of its content
   * @param most most bytes of its content
   * @return its content
   * @throws EOFException if the stream ends
   * @throws SidereusException if the bytes are no such frame
   */
  byte[] read(Kind kind, int least, int most) throws IOException {
    byte[] header = in.readNBytes(HEADER);
    int begun = Math.min(BEGIN.length, header.length);
    if (!Arrays.equals(header, 0, begun, BEGIN, 0, begun)) {
      throw foreign(header);
    }
    if (header.length < HEADER) {
      throw new EOFException("the output ends");
    }
    String found = text(Arrays.copyOfRange(header, BEGIN.length, BEGIN.length + KIND_BYTES));
    long length =
        Integer.toUnsignedLong(
            ByteBuffer.wrap(header)
                .order(ByteOrder.LITTLE_ENDIAN)
                .getInt(BEGIN.length + KIND_BYTES));
    if (!found.equals(kind.name())) {
      throw new SidereusException(
          "sent a frame '%s' where a frame '%s' must come".formatted(found, kind));
    }
    if (length < least || length > most) {
      throw new SidereusException(
          "sent a frame '%s' of %d bytes, which must have %s"
              .formatted(kind, length, least == most ? least : least + " to " + most));
    }
    byte[] content = in.readNBytes((int) length);
    byte[] end = in.readNBytes(END.length);
    if (content.length < length || end.length < END.length) {
      throw new EOFException("the output ends within a frame");
    }
    if (!Arrays.equals(end, END)) {
      throw new SidereusException(
          "sent a frame '%s' that does not end after its %d bytes: other output of the program is"
                  .formatted(kind, length)
              + " between them, or the length is wrong; standard output must have nothing but"
              + " frames, so print to standard error");
    }
    return content;
  }

  private SidereusException foreign(byte[] header) throws IOException {
    byte[] more = in.readNBytes(Math.min(in.available(), SHOWN - HEADER));
    byte[] all = Arrays.copyOf(header, header.length + more.length);
    System.arraycopy(more, 0, all, header.length, more.length);
    return new SidereusException(
        "wrote to its standard output what is not a frame: '"
            + text(all)
            + "'; standard output must have nothing but frames, so print to standard error");
  }

  private static String text(byte[] bytes) {
    return Printable.of(new String(bytes, StandardCharsets.UTF_8).strip());
  }
}
