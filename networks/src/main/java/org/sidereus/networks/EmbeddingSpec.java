package org.sidereus.networks;

import com.fasterxml.jackson.annotation.JsonFormat;
import java.util.List;

/**
 * A multilayer perceptron over the scaled features; its last hidden layer, activated, is the
 * context of every transform of a flow.
 *
 * @param hidden widths of the layers
 * @param activation after each layer, the last included; a single one is that of all layers
 */
public record EmbeddingSpec(
    List<Integer> hidden,
    @JsonFormat(
            with = {
              JsonFormat.Feature.ACCEPT_SINGLE_VALUE_AS_ARRAY,
              JsonFormat.Feature.WRITE_SINGLE_ELEM_ARRAYS_UNWRAPPED
            })
        List<Activation> activation) {

  /** Checks that there is at least one layer. */
  public EmbeddingSpec {
    hidden = Checks.nonEmpty("embedding.hidden", hidden);
    hidden.forEach(width -> Checks.width("embedding.hidden", width));
    activation = Checks.nonEmpty("embedding.activation", activation);
    if (activation.size() != 1 && activation.size() != hidden.size()) {
      throw new IllegalArgumentException(
          "embedding.activation must be one, or one for each of the %d layers, but there are %d"
              .formatted(hidden.size(), activation.size()));
    }
  }

  /** An embedding with the same activation after every layer. */
  public EmbeddingSpec(List<Integer> hidden, Activation activation) {
    this(hidden, List.of(activation));
  }

  /** The activation after a layer. */
  public Activation activation(int layer) {
    return activation.get(activation.size() == 1 ? 0 : layer);
  }

  /** Width of the context. */
  public int outputs() {
    return hidden.get(hidden.size() - 1);
  }
}
