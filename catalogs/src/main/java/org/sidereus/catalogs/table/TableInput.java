package org.sidereus.catalogs.table;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Arrays;
import java.util.Locale;
import java.util.OptionalLong;
import java.util.zip.GZIPInputStream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import org.apache.commons.compress.compressors.bzip2.BZip2CompressorInputStream;
import org.apache.commons.compress.compressors.z.ZCompressorInputStream;
import org.jspecify.annotations.Nullable;
import org.sidereus.engine.SidereusException;
import org.tukaani.xz.XZInputStream;

/**
 * The bytes of a table's file, unpacked. They are read once from the beginning, so that a pipe is a
 * file, too; a format that needs another order gets a {@link #file}.
 */
final class TableInput implements AutoCloseable {
  /** Bytes at the beginning by which the format is found. */
  static final int HEAD = 1 << 16;

  private static final int XZ_MEMORY_KIB = 100 << 10;
  private static final long LARGEST_SPOOLED = 64L << 30;

  private final String name;
  private final BufferedInputStream stream;
  private final byte[] head;
  private final @Nullable Path original;
  private final boolean isUnpacked;
  private @Nullable Path spooled;

  private TableInput(
      String name, BufferedInputStream stream, @Nullable Path original, boolean isUnpacked)
      throws IOException {
    this.name = name;
    this.stream = stream;
    this.original = original;
    this.isUnpacked = isUnpacked;
    stream.mark(HEAD + 1);
    head = stream.readNBytes(HEAD);
    stream.reset();
  }

  /**
   * Opens a file.
   *
   * @param name its name, for messages
   * @param bytes its bytes; closed with the input
   * @param file the file, if the bytes are those of one that can be read in any order; null: a pipe
   * @throws SidereusException if it is compressed by something that is not read
   */
  static TableInput open(String name, InputStream bytes, @Nullable Path file) throws IOException {
    return open(name, bytes, file, Expansion.UNCHECKED_BYTES);
  }

  /**
   * Opens a file.
   *
   * @param unchecked unpacked bytes from which the ratio to the packed ones is checked
   */
  static TableInput open(String name, InputStream bytes, @Nullable Path file, long unchecked)
      throws IOException {
    Expansion.Counted counted = new Expansion.Counted(bytes);
    BufferedInputStream raw = buffered(counted);
    raw.mark(HEAD);
    byte[] head = raw.readNBytes(HEAD);
    raw.reset();
    InputStream unpacking = unpacking(name, raw, head);
    if (unpacking == null) {
      return new TableInput(name, raw, file, false);
    }
    TableInput input =
        new TableInput(
            name, buffered(new Expansion(name, counted, unpacking, unchecked)), file, true);
    String again = compression(input.head);
    if (again != null && !(again.equals("zip") && isNumpy(input.head))) {
      input.close();
      throw new SidereusException(
          "%s is compressed twice, the inner time by %s; unpack it once".formatted(name, again));
    }
    return input;
  }

  private static BufferedInputStream buffered(InputStream in) {
    return new BufferedInputStream(in, HEAD + 2);
  }

  private static @Nullable InputStream unpacking(String name, InputStream raw, byte[] head)
      throws IOException {
    String compression = compression(head);
    if (compression == null || (compression.equals("zip") && isNumpy(head))) {
      return null;
    }
    return switch (compression) {
      case "gzip" -> new GZIPInputStream(raw, 1 << 16);
      case "bzip2" -> new BZip2CompressorInputStream(raw, true);
      case "xz" -> new XZInputStream(raw, XZ_MEMORY_KIB);
      case "compress" -> new ZCompressorInputStream(raw, XZ_MEMORY_KIB);
      case "zip" -> member(name, raw);
      case "zstd" -> zstd(name, raw);
      default ->
          throw new SidereusException(
              "%s is compressed with %s, which is not read; unpack it, or use gzip, bzip2, xz, zip or compress"
                  .formatted(name, compression));
    };
  }

  private static InputStream zstd(String name, InputStream raw) throws IOException {
    if (!Unpacking.hasZstd()) {
      throw new SidereusException(
          name + " is compressed with zstd, and zstd-jni is not on the class path; unpack it");
    }
    return Unpacking.zstd(raw);
  }

  /** The name of the compression that the first bytes show; null: none. */
  static @Nullable String compression(byte[] head) {
    if (begins(head, 0x1f, 0x8b)) {
      return "gzip";
    }
    if (begins(head, 'B', 'Z', 'h') && head.length > 3 && head[3] >= '1' && head[3] <= '9') {
      return "bzip2";
    }
    if (begins(head, 0xfd, '7', 'z', 'X', 'Z', 0)) {
      return "xz";
    }
    if (begins(head, 0x1f, 0x9d)) {
      return "compress";
    }
    if (begins(head, 'P', 'K', 3, 4)) {
      return "zip";
    }
    if (begins(head, 0x28, 0xb5, 0x2f, 0xfd)) {
      return "zstd";
    }
    if (begins(head, 0x04, 0x22, 0x4d, 0x18)) {
      return "lz4";
    }
    if (begins(head, 0x5d, 0, 0) && head.length > 12 && (head[12] == 0 || head[12] == -1)) {
      return "lzma";
    }
    return begins(head, '7', 'z', 0xbc, 0xaf) ? "7z" : null;
  }

  static boolean begins(byte[] head, int... magic) {
    if (head.length < magic.length) {
      return false;
    }
    for (int i = 0; i < magic.length; i++) {
      if ((head[i] & 0xff) != magic[i]) {
        return false;
      }
    }
    return true;
  }

  /** Whether a zip archive is one of NumPy's: its first member is an array. */
  static boolean isNumpy(byte[] head) {
    if (head.length < 30 || !begins(head, 'P', 'K', 3, 4)) {
      return false;
    }
    int length = (head[26] & 0xff) | (head[27] & 0xff) << 8;
    int end = Math.min(head.length, 30 + length);
    return new String(head, 30, end - 30, StandardCharsets.UTF_8).endsWith(".npy");
  }

  /** The one file in a zip archive. */
  private static InputStream member(String name, InputStream raw) throws IOException {
    ZipInputStream zip = new ZipInputStream(raw);
    ZipEntry entry = zip.getNextEntry();
    while (entry != null && entry.isDirectory()) {
      entry = zip.getNextEntry();
    }
    if (entry == null) {
      throw new SidereusException(name + " is a zip archive without a file; name another one");
    }
    String first = entry.getName();
    if (first.startsWith("[Content_Types]")
        || first.startsWith("xl/")
        || first.equals("_rels/.rels")) {
      throw new SidereusException(
          name + " is an Excel workbook; save its sheet as CSV UTF-8, with identifiers as text");
    }
    if (first.equals("mimetype")) {
      throw new SidereusException(name + " is an OpenDocument file; save its sheet as CSV");
    }
    return new OnlyMember(name, first, zip);
  }

  /** Reads one member, and refuses an archive that has a second one. */
  private static final class OnlyMember extends InputStream {
    private final String name;
    private final String first;
    private final ZipInputStream zip;
    private boolean ended;

    OnlyMember(String name, String first, ZipInputStream zip) {
      this.name = name;
      this.first = first;
      this.zip = zip;
    }

    @Override
    public int read() throws IOException {
      byte[] one = new byte[1];
      return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] target, int offset, int length) throws IOException {
      int read = zip.read(target, offset, length);
      if (read < 0 && !ended) {
        ended = true;
        ZipEntry next = zip.getNextEntry();
        while (next != null && (next.isDirectory() || next.getName().startsWith("__MACOSX/"))) {
          next = zip.getNextEntry();
        }
        if (next != null) {
          throw new SidereusException(
              "%s is a zip archive of several files, %s and %s among them; unpack it and name one"
                  .formatted(name, printable(first), printable(next.getName())));
        }
      }
      return read;
    }

    @Override
    public void close() throws IOException {
      zip.close();
    }
  }

  /** A text for a message: characters that are no text become '?'. */
  static String printable(String text) {
    StringBuilder printable = new StringBuilder();
    text.codePoints()
        .limit(80)
        .forEach(
            c ->
                printable.appendCodePoint(
                    Character.isISOControl(c) || c == 0xfffd || !Character.isDefined(c) ? '?' : c));
    return printable + (text.length() > 80 ? "..." : "");
  }

  /** A message whose control characters, which come from the file, become '?'. */
  static String withoutControls(String message) {
    StringBuilder clean = new StringBuilder(message.length());
    message.codePoints().forEach(c -> clean.appendCodePoint(Character.isISOControl(c) ? '?' : c));
    return clean.toString();
  }

  /** Name of the file, for messages. */
  String name() {
    return name;
  }

  /** The ending of the file's name, without that of a compression; empty if there is none. */
  String ending() {
    String lower = name.toLowerCase(Locale.ROOT).replaceFirst("\\.(gz|bz2|xz|z|zip|zst)$", "");
    int dot = lower.lastIndexOf('.');
    return dot < 0 || lower.indexOf('/', dot) >= 0 ? "" : lower.substring(dot + 1);
  }

  /** The first bytes, at most {@value #HEAD}. */
  byte[] head() {
    return Arrays.copyOf(head, head.length);
  }

  /** All bytes from the beginning; only once. */
  InputStream stream() {
    return stream;
  }

  /**
   * A file with all bytes: the original one, or a temporary one that goes with the input. Instead
   * of {@link #stream}.
   */
  Path file() throws IOException {
    if (original != null && !isUnpacked) {
      return original;
    }
    if (spooled == null) {
      Path target = Files.createTempFile("sidereus-", ".table");
      target.toFile().deleteOnExit(); // if this process is stopped before the input is closed
      spooled = target;
      try (InputStream limited = new Limited(stream)) {
        Files.copy(limited, target, StandardCopyOption.REPLACE_EXISTING);
      }
    }
    return spooled;
  }

  /** What is left of the file: from which byte of which file on. */
  record Rest(Path file, long offset) {}

  /**
   * What is left of the file, to be read in any order; instead of the rest of {@link #stream}.
   *
   * @param read number of bytes that were read from the stream
   */
  Rest rest(long read) throws IOException {
    return original != null && !isUnpacked ? new Rest(original, read) : new Rest(file(), 0);
  }

  /** Number of bytes; empty if the file is packed or a pipe. */
  OptionalLong size() throws IOException {
    return original != null && !isUnpacked
        ? OptionalLong.of(Files.size(original))
        : OptionalLong.empty();
  }

  /** Ends with an error where a pipe has no end. */
  private static final class Limited extends InputStream {
    private final InputStream in;
    private long left = LARGEST_SPOOLED;

    Limited(InputStream in) {
      this.in = in;
    }

    @Override
    public int read() throws IOException {
      byte[] one = new byte[1];
      return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] target, int offset, int length) throws IOException {
      int read = in.read(target, offset, length);
      left -= Math.max(0, read);
      if (left < 0) {
        throw new IOException("it has more than 64 GiB; unpack it first");
      }
      return read;
    }
  }

  @Override
  public void close() {
    try {
      stream.close();
      if (spooled != null) {
        Files.deleteIfExists(spooled);
      }
    } catch (IOException e) {
      // the file was only read, so nothing is lost
    }
  }
}
