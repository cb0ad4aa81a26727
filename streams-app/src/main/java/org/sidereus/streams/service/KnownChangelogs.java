package org.sidereus.streams.service;

import java.lang.reflect.Proxy;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.CreateTopicsOptions;
import org.apache.kafka.clients.admin.CreateTopicsResult;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.errors.TopicExistsException;
import org.jspecify.annotations.Nullable;
import org.sidereus.streams.brokers.ClientCall;
import org.sidereus.streams.state.StateFormatException;

/**
 * The changelogs that have the state of this application, by the ids of their topics. Kafka Streams
 * makes one that is missing anew: it is empty, and all objects that the other had would be missing
 * from their groups without a sign. So one that is known is not made again. Safe for threads.
 */
final class KnownChangelogs {
  /** How Kafka Streams ends the names of changelogs. */
  private static final String SUFFIX = "-changelog";

  private final Map<String, String> ids = new ConcurrentHashMap<>();

  /**
   * Takes changelogs as they are now.
   *
   * @param found ids by the names of the topics
   * @throws StateFormatException if one has another id than before
   */
  void see(Map<String, String> found) {
    TreeSet<String> lost = new TreeSet<>();
    found.forEach(
        (topic, id) -> {
          String before = ids.putIfAbsent(topic, id);
          if (before != null && !before.equals(id)) {
            lost.add(topic);
          }
        });
    if (!lost.isEmpty()) {
      throw StateFormatException.lost(lost);
    }
  }

  /**
   * Those that are known and were not found.
   *
   * @param found names of those that were
   */
  SortedSet<String> missingFrom(Set<String> found) {
    SortedSet<String> missing = new TreeSet<>(ids.keySet());
    missing.removeAll(found);
    return missing;
  }

  /** A client of administration that does not make a known changelog anew. */
  Admin guarded(Admin admin) {
    return (Admin)
        Proxy.newProxyInstance(
            Admin.class.getClassLoader(),
            new Class<?>[] {Admin.class},
            (self, method, arguments) -> {
              boolean creates = method.getName().equals("createTopics");
              if (creates) {
                requireThatKnownExist(admin, arguments);
              }
              Object result = ClientCall.of(admin, method, arguments);
              if (creates) {
                take((CreateTopicsResult) Objects.requireNonNull(result));
              }
              return result;
            });
  }

  /** Takes changelogs that this client makes. */
  private void take(CreateTopicsResult created) {
    for (String topic : created.values().keySet()) {
      if (topic.endsWith(SUFFIX)) {
        KafkaFuture<Uuid> unused =
            created
                .topicId(topic)
                .whenComplete(
                    (id, failure) -> {
                      if (failure == null) {
                        ids.putIfAbsent(topic, id.toString());
                      }
                    });
      }
    }
  }

  @SuppressWarnings("unchecked") // the first parameter of createTopics
  private void requireThatKnownExist(Admin admin, Object @Nullable [] arguments) {
    if (arguments != null) {
      requireThatKnownExist(admin, (Collection<NewTopic>) arguments[0]);
    }
  }

  /** A broker that has just started may not know its topics yet; the controller knows them. */
  private void requireThatKnownExist(Admin admin, Collection<NewTopic> topics) {
    List<NewTopic> known = topics.stream().filter(one -> ids.containsKey(one.name())).toList();
    if (known.isEmpty()) {
      return;
    }
    TreeSet<String> lost = new TreeSet<>();
    admin
        .createTopics(known, new CreateTopicsOptions().validateOnly(true))
        .values()
        .forEach(
            (topic, created) -> {
              try {
                Changelogs.result(created);
                lost.add(topic);
              } catch (TopicExistsException e) {
                // As it should be.
              }
            });
    if (!lost.isEmpty()) {
      throw StateFormatException.lost(lost);
    }
  }
}
