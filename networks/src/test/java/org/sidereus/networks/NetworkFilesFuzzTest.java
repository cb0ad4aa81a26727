package org.sidereus.networks;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sidereus.engine.SidereusException;
import org.sidereus.testing.Fuzz;

@Tag("fuzz")
class NetworkFilesFuzzTest {
  @TempDir Path folder;

  @Test
  void shouldReadOrRefuseWeights() {
    Path example = folder.resolve("example.safetensors");
    Map<String, Tensor> tensors = new TreeMap<>();
    tensors.put("layer.weight", new Tensor(List.of(2, 3), new float[6]));
    tensors.put("layer.bias", new Tensor(List.of(2), new float[2]));
    new Safetensors().write(example, new Weights(tensors));

    new Fuzz("safetensors", SidereusException.class, Fuzz.bytes(List.of(example)))
        .run(folder, new Safetensors()::read);
  }
}
