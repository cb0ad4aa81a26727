package org.sidereus.catalogs.catalog;

import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.sidereus.catalogs.mapping.Missing;
import org.sidereus.engine.inference.Encoding;
import org.sidereus.engine.inference.FeatureEncoder;

/**
 * Why an object gets no posterior.
 *
 * @param reason the same for all objects with this cause, so that it can be counted
 * @param sentence what was wrong, with why values are missing, and what to do
 */
public record Refusal(String reason, String sentence) {
  private static final String NO_ERROR_HINT =
      " (\"no_error\" of the mapping gives such values an error)";

  /**
   * Whether a row can get a posterior.
   *
   * @return null if it can
   */
  public static @Nullable Refusal of(CatalogEntry entry, FeatureEncoder encoder) {
    String rejection = entry.rejection();
    if (rejection != null) {
      String reason =
          entry.missing().values().stream()
              .filter(Missing::rejects)
              .map(Missing::reason)
              .findFirst()
              .orElse("");
      return new Refusal("rejected by the mapping: " + reason, rejection);
    }
    return encoder.encode(entry.measurements(), entry.sharedErrors())
            instanceof Encoding.Refused refused
        ? of(entry, refused)
        : null;
  }

  private static Refusal of(CatalogEntry entry, Encoding.Refused refused) {
    return switch (refused.reason()) {
      case MISSING_OBSERVABLE -> missing(entry, refused.detail());
      case NOT_FINITE -> new Refusal("a value is not finite", refused.detail());
      case NON_POSITIVE_ERROR -> new Refusal("an error is not positive", refused.detail());
      case SHARED_ERRORS -> new Refusal("shared errors are wrong", refused.detail());
    };
  }

  private static Refusal missing(CatalogEntry entry, String detail) {
    if (entry.missing().isEmpty()) {
      return new Refusal(detail, detail);
    }
    boolean nothing = entry.measurements().isEmpty();
    boolean empty =
        entry.missing().values().stream().allMatch(one -> one.reason().endsWith(" is empty"));
    String why =
        entry.missing().entrySet().stream()
            .map(one -> one.getKey() + ": " + one.getValue().sentence())
            .collect(Collectors.joining("; "));
    boolean errors =
        entry.missing().values().stream()
            .anyMatch(one -> one.reason().startsWith("error not positive"));
    String lead =
        nothing && !empty ? "no measurement can be used: " + why : detail + " (" + why + ")";
    return new Refusal(
        nothing && !empty ? "no measurement can be used" : detail,
        errors ? lead + NO_ERROR_HINT : lead);
  }
}
