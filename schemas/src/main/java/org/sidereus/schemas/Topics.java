package org.sidereus.schemas;

import java.util.List;
import java.util.Objects;
import java.util.regex.Pattern;

/**
 * Names of the four topics.
 *
 * @param observations what surveys publish: {@link Observation}, keyed by object
 * @param objectPosteriors the posteriors of objects: {@link ObjectPosterior}, keyed by object
 * @param groupPosteriors the posteriors of groups: {@link GroupPosterior}, keyed by group
 * @param rejections the events without a posterior: {@link Rejection}, keyed as the event was
 */
public record Topics(
    String observations, String objectPosteriors, String groupPosteriors, String rejections) {

  private static final String DEFAULT_PREFIX = "sidereus";
  private static final int MAX_LENGTH = 249;
  private static final Pattern LEGAL = Pattern.compile("[a-zA-Z0-9._-]+");

  public Topics {
    check("observations", observations);
    check("objectPosteriors", objectPosteriors);
    check("groupPosteriors", groupPosteriors);
    check("rejections", rejections);
    List<String> all = List.of(observations, objectPosteriors, groupPosteriors, rejections);
    if (all.stream().distinct().count() != all.size()) {
      throw new IllegalArgumentException(
          "each topic needs a name of its own, but the names are " + all);
    }
  }

  /** The default names: {@code sidereus.observations} and so on. */
  public static Topics defaults() {
    return withPrefix(DEFAULT_PREFIX);
  }

  /**
   * The default names behind another prefix, so that several instances share one broker.
   *
   * @param prefix for example {@code staging}, which gives {@code staging.observations} and so on
   * @throws IllegalArgumentException if the prefix makes no legal topic name
   */
  public static Topics withPrefix(String prefix) {
    if (Objects.requireNonNull(prefix, "prefix").isEmpty()) {
      throw new IllegalArgumentException("the prefix of the topics is empty; choose a name");
    }
    return new Topics(
        prefix + ".observations",
        prefix + ".object-posteriors",
        prefix + ".group-posteriors",
        prefix + ".rejections");
  }

  private static void check(String role, String name) {
    Objects.requireNonNull(name, role);
    if (!LEGAL.matcher(name).matches()
        || name.length() > MAX_LENGTH
        || name.equals(".")
        || name.equals("..")) {
      throw new IllegalArgumentException(
          "the name of topic %s is '%s'; Kafka allows 1 to %d letters, digits, '.', '_' and '-'"
              .formatted(role, name, MAX_LENGTH));
    }
  }
}
