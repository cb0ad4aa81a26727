package org.sidereus.networks;

import java.util.List;

/**
 * A multilayer perceptron over the scaled features; its last hidden layer, activated, is the
 * context of every transform of a flow.
 *
 * @param hidden widths of the layers
 * @param activation after every layer, the last included
 */
public record EmbeddingSpec(List<Integer> hidden, Activation activation) {

  /** Checks that there is at least one layer. */
  public EmbeddingSpec {
    hidden = Checks.nonEmpty("embedding.hidden", hidden);
    hidden.forEach(width -> Checks.width("embedding.hidden", width));
    Checks.present("embedding.activation", activation);
  }

  /** Width of the context. */
  public int outputs() {
    return hidden.get(hidden.size() - 1);
  }
}
