package org.sidereus.streams.topology;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.sidereus.streams.state.GroupKey;

class PublicationQueueTest {
  private final PublicationQueue queue = new PublicationQueue();

  private static SumKey key(String group) {
    return SumKey.allTime(new GroupKey("b", "1", group));
  }

  private List<String> drain(int most) {
    List<String> groups = new ArrayList<>();
    Optional<SumKey> next = queue.next();
    while (next.isPresent()) {
      groups.add(next.get().group().group());
      next = groups.size() < most ? queue.next() : Optional.empty();
    }
    return groups;
  }

  @Test
  void shouldNotLetAFloodOfSmallGroupsDelayTheOthers() {
    for (int i = 0; i < 12_000; i++) {
      queue.add(key("flood-" + i), 1);
    }
    queue.add(key("pair"), 2);
    queue.add(key("cluster"), 500);
    assertThat(drain(3)).containsExactly("flood-0", "pair", "cluster");
    assertThat(queue.size()).isEqualTo(11_999);
  }

  @Test
  void shouldKeepTheOrderWithinASizeAndEachSumOnce() {
    queue.add(key("a"), 4);
    queue.add(key("b"), 5);
    queue.add(key("a"), 7);
    queue.add(key("c"), 6);
    queue.remove(key("b"));
    queue.remove(key("nobody"));
    assertThat(drain(10)).containsExactly("a", "c");
    assertThat(queue.isEmpty()).isTrue();
  }

  @Test
  void shouldMoveAGroupThatGrows() {
    queue.add(key("grows"), 1);
    queue.add(key("small"), 1);
    queue.add(key("grows"), 2);
    assertThat(drain(10)).containsExactly("small", "grows");
    assertThat(queue.next()).isEmpty();
  }
}
