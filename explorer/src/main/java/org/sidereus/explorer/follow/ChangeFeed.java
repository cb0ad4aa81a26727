package org.sidereus.explorer.follow;

import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CopyOnWriteArrayList;
import org.sidereus.http.EventStream;

/**
 * Tells open pages which groups have changed, as server-sent events {@code change} whose data are
 * the names as a JSON array, or {@code null} if there are too many. Safe for threads.
 */
public final class ChangeFeed {
  /** More groups than this are not named. */
  private static final int MOST_GROUPS = 200;

  /** Turns names into the data of an event. */
  @FunctionalInterface
  public interface Encoder {
    String encode(List<String> groups);
  }

  private final Encoder encoder;
  private final CopyOnWriteArrayList<EventStream> streams = new CopyOnWriteArrayList<>();
  private Set<String> groups = new TreeSet<>();
  private boolean isChanged;

  public ChangeFeed(Encoder encoder) {
    this.encoder = encoder;
  }

  /** Adds an open page. */
  public void add(EventStream stream) {
    streams.add(stream);
    stream.onClose(() -> streams.remove(stream));
  }

  /** Says that groups, objects or rejections have changed. */
  public synchronized void changed(Set<String> more) {
    isChanged = true;
    if (groups.size() <= MOST_GROUPS) {
      groups.addAll(more);
    }
  }

  /** Sends what has changed since the last call; call it a few times a second. */
  public void flush() {
    Set<String> news;
    synchronized (this) {
      if (!isChanged) {
        return;
      }
      news = groups;
      groups = new TreeSet<>();
      isChanged = false;
    }
    String data = news.size() > MOST_GROUPS ? "null" : encoder.encode(List.copyOf(news));
    streams.forEach(stream -> stream.send("change", data));
  }
}
