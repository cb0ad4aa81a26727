package org.sidereus.catalogs.infer;

import java.io.BufferedOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.sidereus.engine.SidereusException;
import org.sidereus.engine.bundle.BundleIdentity;
import org.sidereus.engine.inference.KeptSamples;

/**
 * Samples as arrays of NumPy in an {@code .npz} file: {@code object} [n], {@code parameters} [D]
 * and {@code bundle} [3: name, version, SHA-256 of the manifest] (texts), {@code weights} [n, S]
 * and {@code samples} [n, S, D] (float32, little-endian; NumPy's format 1.0). Their shapes are
 * known at the end, so the numbers wait in files beside it.
 */
final class NumpySamples implements SampleOutput {
  private static final Charset UTF_32LE = Charset.forName("UTF-32LE");
  private static final int MAGIC_AND_LENGTH = 10;
  private static final int HEADER_MULTIPLE = 64;

  private final PartFile part;
  private final PartFile waitingSamples;
  private final PartFile waitingWeights;
  private final List<String> parameters;
  private final BundleIdentity bundle;
  private final List<String> objects = new ArrayList<>();
  private final OutputStream samples;
  private final OutputStream weights;
  private int count = -1;

  /**
   * Begins the file.
   *
   * @throws SidereusException if it cannot be made
   */
  NumpySamples(Path file, List<String> parameters, BundleIdentity bundle) {
    this.parameters = List.copyOf(parameters);
    this.bundle = bundle;
    part = new PartFile(file);
    waitingSamples = new PartFile(file.resolveSibling(file.getFileName() + ".samples"));
    waitingWeights = new PartFile(file.resolveSibling(file.getFileName() + ".weights"));
    try {
      samples = new BufferedOutputStream(Files.newOutputStream(waitingSamples.written()), 1 << 16);
      weights = new BufferedOutputStream(Files.newOutputStream(waitingWeights.written()), 1 << 16);
    } catch (IOException e) {
      throw part.unwritable(e);
    }
  }

  @Override
  public void write(String object, KeptSamples kept) {
    if (count >= 0 && kept.count() != count) {
      throw new IllegalArgumentException(
          "%d samples beside %d of the objects before".formatted(kept.count(), count));
    }
    count = kept.count();
    objects.add(object);
    try {
      samples.write(bytes(kept.theta()));
      weights.write(bytes(kept.weights()));
    } catch (IOException e) {
      throw part.unwritable(e);
    }
  }

  private static byte[] bytes(float[] values) {
    ByteBuffer bytes =
        ByteBuffer.allocate(values.length * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    bytes.asFloatBuffer().put(values);
    return bytes.array();
  }

  @Override
  public void commit() {
    try {
      samples.close();
      weights.close();
      int n = objects.size();
      int s = Math.max(0, count);
      try (ZipOutputStream zip =
          new ZipOutputStream(
              new BufferedOutputStream(Files.newOutputStream(part.written()), 1 << 16))) {
        texts(zip, "object", objects);
        texts(zip, "parameters", parameters);
        texts(zip, "bundle", List.of(bundle.name(), bundle.version(), bundle.sha256()));
        begin(zip, "weights", "<f4", "(%d, %d)".formatted(n, s));
        Files.copy(waitingWeights.written(), zip);
        begin(zip, "samples", "<f4", "(%d, %d, %d)".formatted(n, s, parameters.size()));
        Files.copy(waitingSamples.written(), zip);
      }
      part.commit();
    } catch (IOException e) {
      throw part.unwritable(e);
    }
  }

  private static void texts(ZipOutputStream zip, String name, List<String> texts)
      throws IOException {
    int longest =
        Math.max(
            1, texts.stream().mapToInt(one -> one.codePointCount(0, one.length())).max().orElse(1));
    begin(zip, name, "<U" + longest, "(%d,)".formatted(texts.size()));
    for (String text : texts) {
      byte[] cell = new byte[longest * Integer.BYTES];
      byte[] code = text.getBytes(UTF_32LE);
      System.arraycopy(code, 0, cell, 0, code.length);
      zip.write(cell);
    }
  }

  private static void begin(ZipOutputStream zip, String name, String type, String shape)
      throws IOException {
    ZipEntry entry = new ZipEntry(name + ".npy");
    entry.setTime(0); // the same bytes every time
    zip.putNextEntry(entry);
    String header = "{'descr': '%s', 'fortran_order': False, 'shape': %s, }".formatted(type, shape);
    int length =
        (MAGIC_AND_LENGTH + header.length() + 1 + HEADER_MULTIPLE - 1)
            / HEADER_MULTIPLE
            * HEADER_MULTIPLE;
    DataOutputStream out = new DataOutputStream(zip);
    out.writeByte(0x93);
    out.writeBytes("NUMPY");
    out.writeByte(1);
    out.writeByte(0);
    out.writeShort(Short.reverseBytes((short) (length - MAGIC_AND_LENGTH)));
    out.write(
        (header + " ".repeat(length - MAGIC_AND_LENGTH - 1 - header.length()) + "\n")
            .getBytes(StandardCharsets.US_ASCII));
    out.flush();
  }

  @Override
  public void close() {
    try {
      samples.close();
      weights.close();
      part.discard();
      waitingSamples.discard();
      waitingWeights.discard();
    } catch (IOException e) {
      throw part.unwritable(e);
    }
  }
}
