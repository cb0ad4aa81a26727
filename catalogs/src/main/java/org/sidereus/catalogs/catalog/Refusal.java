package org.sidereus.catalogs.catalog;

import java.util.Map;
import java.util.regex.Pattern;
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
  private static final String NOTHING = "no measurement can be used";
  private static final String NOT_POSITIVE = "error not positive";
  private static final Pattern EMPTY = Pattern.compile(" is empty(: .*)?$");
  private static final String NO_ERROR_HINT =
      " (\"no_error\" of the mapping gives such values an error)";

  /** In reasons of quantities: the name of what is wrong with the object as a whole. */
  public static final String WHOLE_OBJECT = "";

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
    if (!(encoder.encode(entry.measurements(), entry.sharedErrors())
        instanceof Encoding.Refused refused)) {
      return null;
    }
    String sentence = sentence(refused, entry.reasons(), entry.measurements().isEmpty());
    return switch (refused.reason()) {
      case MISSING_OBSERVABLE ->
          new Refusal(sentence.startsWith(NOTHING) ? NOTHING : refused.detail(), sentence);
      case NOT_FINITE -> new Refusal("a value is not finite", sentence);
      case NON_POSITIVE_ERROR -> new Refusal("an error is not positive", sentence);
      case SHARED_ERRORS -> new Refusal("shared errors are wrong", sentence);
    };
  }

  /**
   * What was wrong, with why quantities are missing.
   *
   * @param reasons why, by quantity, or by {@link #WHOLE_OBJECT}; may be empty
   * @param nothing whether nothing at all was measured
   */
  public static String sentence(
      Encoding.Refused refused, Map<String, String> reasons, boolean nothing) {
    String rejection = reasons.get(WHOLE_OBJECT);
    if (rejection != null) {
      return rejection;
    }
    if (refused.reason() != Encoding.Reason.MISSING_OBSERVABLE || reasons.isEmpty()) {
      return refused.detail();
    }
    boolean empty = reasons.values().stream().allMatch(one -> EMPTY.matcher(one).find());
    String why =
        reasons.entrySet().stream()
            .map(one -> one.getKey() + ": " + one.getValue())
            .collect(Collectors.joining("; "));
    boolean errors = reasons.values().stream().anyMatch(one -> one.startsWith(NOT_POSITIVE));
    String sentence =
        nothing && !empty ? NOTHING + ": " + why : "%s (%s)".formatted(refused.detail(), why);
    return errors ? sentence + NO_ERROR_HINT : sentence;
  }
}
