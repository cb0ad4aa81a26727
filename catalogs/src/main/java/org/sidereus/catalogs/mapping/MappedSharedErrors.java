package org.sidereus.catalogs.mapping;

import java.util.List;
import java.util.Map;

/**
 * The errors that measurements of one object share.
 *
 * @param errors the errors that the mapping lists
 * @param ofCommonColumns whether measurements that are made from a common column share its error
 */
public record MappedSharedErrors(List<MappedSharedError> errors, boolean ofCommonColumns) {

  public MappedSharedErrors {
    errors = List.copyOf(errors);
  }

  /**
   * Checks that the errors enter measurements of the mapping.
   *
   * @throws IllegalArgumentException if one enters another
   */
  void check(Map<String, MappedQuantity> measurements) {
    for (MappedSharedError shared : errors) {
      for (String name : shared.coefficients().keySet()) {
        if (!measurements.containsKey(name)) {
          throw new IllegalArgumentException(
              "a shared error enters %s, which is not among measurements; there are %s"
                  .formatted(name, String.join(", ", measurements.keySet())));
        }
      }
    }
  }
}
