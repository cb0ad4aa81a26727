package org.sidereus.explorer.follow;

import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Sentences about what keeps the pages from being up to date, one of each kind. They are shown on
 * every page. Safe for threads.
 */
public final class Notices {
  private final Map<Kind, String> sentences = new EnumMap<>(Kind.class);
  private final Runnable onChange;

  /** What a notice is about, in the order in which they are shown. */
  public enum Kind {
    /** The explorer no longer reads the topics. */
    STOPPED,
    /** No broker responds. */
    BROKER,
    /** The topics cannot be read. */
    READING,
    /** The registry does not give the schemas. */
    REGISTRY,
    /** Topics are not there yet. */
    TOPICS
  }

  /**
   * No notices.
   *
   * @param onChange tells the open pages
   */
  public Notices(Runnable onChange) {
    this.onChange = onChange;
  }

  /**
   * Sets the notice of a kind.
   *
   * @param sentence null: there is none any longer
   */
  public void set(Kind kind, @Nullable String sentence) {
    synchronized (this) {
      String before = sentence == null ? sentences.remove(kind) : sentences.put(kind, sentence);
      if (Objects.equals(before, sentence)) {
        return;
      }
    }
    onChange.run();
  }

  /** The sentences. */
  public synchronized List<String> all() {
    return List.copyOf(sentences.values());
  }
}
