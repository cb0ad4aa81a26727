package org.sidereus.trainer.network;

import ai.djl.MalformedModelException;
import ai.djl.Model;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.training.ParameterStore;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/**
 * {@code x / (1 + exp(-x))} by PyTorch's own operator, which passes over the memory once forwards
 * and once backwards. DJL does not offer it, and as a product with a sigmoid it takes almost twice
 * the time. It is reached by a TorchScript module of one line, which is made here.
 *
 * <p>Not safe for use by several threads at the same time.
 */
final class Silu implements AutoCloseable {
  private static final String CODE =
      """
      class Silu(Module):
        __parameters__ = []
        __buffers__ = []
        training : bool
        def forward(self: __torch__.Silu,
          x: Tensor) -> Tensor:
          return torch.silu(x)
      """;

  /** An instance of the class with one attribute, pickled by hand. */
  private static final String INSTANCE =
      "\u0080\u0002c__torch__\nSilu\n)\u0081}X\u0008\0\0\0training\u0088sb.";

  private static final String NO_CONSTANTS = "\u0080\u0002).";

  private final Model model;
  private final ParameterStore parameters;

  Silu(NDManager manager) {
    this.model = Model.newInstance("silu", manager.getDevice(), "PyTorch");
    this.parameters = new ParameterStore(manager, false);
    try {
      model.load(new ByteArrayInputStream(archive()));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (MalformedModelException e) {
      throw new IllegalStateException("PyTorch does not read the module: " + e, e);
    }
  }

  /** The function of each element, attached to the manager of {@code x}. */
  NDArray of(NDArray x) {
    return model.getBlock().forward(parameters, new NDList(x), true).singletonOrThrow();
  }

  /** PyTorch wants the entries of the archive stored as they are. */
  private static byte[] archive() throws IOException {
    Map<String, byte[]> entries = new LinkedHashMap<>();
    entries.put("version", "3\n".getBytes(StandardCharsets.ISO_8859_1));
    entries.put("data.pkl", INSTANCE.getBytes(StandardCharsets.ISO_8859_1));
    entries.put("constants.pkl", NO_CONSTANTS.getBytes(StandardCharsets.ISO_8859_1));
    entries.put("code/__torch__.py", CODE.getBytes(StandardCharsets.ISO_8859_1));
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ZipOutputStream archive = new ZipOutputStream(bytes)) {
      archive.setMethod(ZipOutputStream.STORED);
      for (Map.Entry<String, byte[]> one : entries.entrySet()) {
        CRC32 sum = new CRC32();
        sum.update(one.getValue());
        ZipEntry entry = new ZipEntry("silu/" + one.getKey());
        entry.setSize(one.getValue().length);
        entry.setCrc(sum.getValue());
        archive.putNextEntry(entry);
        archive.write(one.getValue());
        archive.closeEntry();
      }
    }
    return bytes.toByteArray();
  }

  @Override
  public void close() {
    model.close();
  }
}
