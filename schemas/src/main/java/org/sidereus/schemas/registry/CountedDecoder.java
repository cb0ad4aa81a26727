package org.sidereus.schemas.registry;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.apache.avro.AvroRuntimeException;
import org.apache.avro.io.BinaryDecoder;
import org.apache.avro.io.Decoder;
import org.apache.avro.io.DecoderFactory;
import org.apache.avro.util.Utf8;
import org.jspecify.annotations.Nullable;

/**
 * Reads Avro binary from a byte array, and refuses a length that the bytes left cannot hold.
 *
 * <p>Avro's own decoder allocates what a length announces before it checks that the data is there,
 * so ten forged bytes allocate gigabytes of memory. Every item of an array or a map must take at
 * least one byte here; an array of items without content, such as nulls, is refused if it has more
 * items than there are bytes left.
 *
 * <p>Items without content cost nothing on the wire, so arrays of them in arrays could cost the
 * square of the bytes. So a whole record has a budget of values, in proportion to its bytes, for
 * all its arrays and maps together.
 */
final class CountedDecoder extends Decoder {
  /** A value has at least a byte, apart from nulls, which follow the byte of their union. */
  private static final int VALUES_PER_BYTE = 4;

  /** Values that any record may have: fields that its schema says to be null. */
  private static final int FREE_VALUES = 50_000;

  /** A record has more values than its bytes can mean. */
  static final class TooMuchException extends AvroRuntimeException {
    private static final long serialVersionUID = 1L;

    TooMuchException(long most) {
      super("has more than %d values, most of them without content".formatted(most));
    }
  }

  private final byte[] bytes;
  private final BinaryDecoder in;
  private final long most;
  private long values;

  /** Reads the next array that is measurements; null: Avro does. */
  private @Nullable MeasurementScan scan;

  private @Nullable MeasurementColumns columns;

  /** Reads the bytes from an offset to their end. */
  CountedDecoder(byte[] bytes, int offset) {
    int length = bytes.length - offset;
    this.bytes = bytes;
    this.in = DecoderFactory.get().binaryDecoder(bytes, offset, length, null);
    this.most = FREE_VALUES + (long) VALUES_PER_BYTE * length;
  }

  /**
   * Reads the first array, which is measurements, into {@link #columns()}. The reader of the record
   * gets an empty one.
   */
  CountedDecoder inColumns(MeasurementScan measurements) {
    scan = measurements;
    return this;
  }

  /** The measurements as columns; null: the record has what there was. */
  @Nullable MeasurementColumns columns() {
    return columns;
  }

  private boolean scanned() throws IOException {
    if (scan == null) {
      return false;
    }
    int from = bytes.length - remaining();
    MeasurementScan.Scanned read = scan.read(bytes, from);
    scan = null;
    if (read == null) {
      return false;
    }
    count(read.values());
    in.skipFixed(read.end() - from);
    columns = read.columns();
    return true;
  }

  private void count(long more) {
    values += more;
    if (values > most) {
      throw new TooMuchException(most);
    }
  }

  /** Number of bytes not read yet. */
  int remaining() throws IOException {
    return in.inputStream().available();
  }

  private int readLength() throws IOException {
    long length = in.readLong();
    if (length < 0) {
      throw new AvroRuntimeException("a length of " + length + " bytes");
    }
    if (length > remaining()) {
      throw new EOFException(
          "a length of %d bytes where %d bytes are left".formatted(length, remaining()));
    }
    return (int) length;
  }

  private long items(long count) throws IOException {
    if (count < 0 || count > remaining()) {
      throw new EOFException("%d items where %d bytes are left".formatted(count, remaining()));
    }
    count(count);
    return count;
  }

  private byte[] readContent() throws IOException {
    byte[] content = new byte[readLength()];
    in.readFixed(content);
    return content;
  }

  @Override
  public void readNull() throws IOException {
    count(1);
    in.readNull();
  }

  @Override
  public boolean readBoolean() throws IOException {
    return in.readBoolean();
  }

  @Override
  public int readInt() throws IOException {
    return in.readInt();
  }

  @Override
  public long readLong() throws IOException {
    return in.readLong();
  }

  @Override
  public float readFloat() throws IOException {
    return in.readFloat();
  }

  @Override
  public double readDouble() throws IOException {
    return in.readDouble();
  }

  @Override
  public Utf8 readString(Utf8 old) throws IOException {
    return new Utf8(readContent());
  }

  @Override
  public String readString() throws IOException {
    return new String(readContent(), StandardCharsets.UTF_8);
  }

  @Override
  public void skipString() throws IOException {
    in.skipFixed(readLength());
  }

  @Override
  public ByteBuffer readBytes(ByteBuffer old) throws IOException {
    return ByteBuffer.wrap(readContent());
  }

  @Override
  public void skipBytes() throws IOException {
    in.skipFixed(readLength());
  }

  @Override
  public void readFixed(byte[] bytes, int start, int length) throws IOException {
    in.readFixed(bytes, start, length);
  }

  @Override
  public void skipFixed(int length) throws IOException {
    in.skipFixed(length);
  }

  @Override
  public int readEnum() throws IOException {
    return in.readEnum();
  }

  @Override
  public long readArrayStart() throws IOException {
    if (scanned()) {
      return 0;
    }
    return items(in.readArrayStart());
  }

  @Override
  public long arrayNext() throws IOException {
    return items(in.arrayNext());
  }

  @Override
  public long skipArray() throws IOException {
    return items(in.skipArray());
  }

  @Override
  public long readMapStart() throws IOException {
    return items(in.readMapStart());
  }

  @Override
  public long mapNext() throws IOException {
    return items(in.mapNext());
  }

  @Override
  public long skipMap() throws IOException {
    return items(in.skipMap());
  }

  @Override
  public int readIndex() throws IOException {
    return in.readIndex();
  }
}
