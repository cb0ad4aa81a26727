package org.sidereus.streams.service;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.concurrent.ExecutionException;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ConsumerGroupDescription;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.GroupIdNotFoundException;
import org.apache.kafka.common.errors.GroupNotEmptyException;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.sidereus.engine.SidereusException;
import org.sidereus.streams.config.KafkaSettings;
import org.sidereus.streams.config.ServiceConfig;
import org.sidereus.streams.topology.SidereusTopology;

/**
 * Takes an application back to its beginning: its offsets, its internal topics and its local state
 * are deleted, so that it reads all observations again. The topics of the contracts stay as they
 * are.
 */
public final class ApplicationReset implements AutoCloseable {
  private final ServiceConfig config;
  private final Admin admin;

  /**
   * A client of the brokers; changes nothing yet.
   *
   * @throws SidereusException if no client can be made
   */
  public ApplicationReset(ServiceConfig config) {
    this.config = config;
    try {
      this.admin = Admin.create(new KafkaSettings(config).admin());
    } catch (KafkaException e) {
      throw refused(e);
    }
  }

  /**
   * What is there to delete.
   *
   * @param offsets number of partitions of which the application has offsets
   * @param topics its internal topics
   * @param folder its folder of the local state, of this machine
   * @param hasFolder whether the folder exists
   * @param others topics whose names begin as those of the application do but that are not its own,
   *     or of an older release
   */
  public record Plan(
      int offsets,
      SortedSet<String> topics,
      Path folder,
      boolean hasFolder,
      SortedSet<String> others) {

    /** Whether nothing is there to delete. */
    public boolean isEmpty() {
      return offsets == 0 && topics.isEmpty() && !hasFolder;
    }
  }

  /**
   * Looks what is there.
   *
   * @throws SidereusException if an instance of the application still runs, or the brokers refuse
   */
  public Plan plan() {
    try {
      refuseWhileRunning();
      Set<String> existing = admin.listTopics().names().get();
      SortedSet<String> own = new TreeSet<>(SidereusTopology.changelogs(config.applicationId()));
      own.add(SidereusTopology.repartitionTopic(config.applicationId()));
      own.add(StatePreparation.topic(config.applicationId()));
      own.retainAll(existing);
      SortedSet<String> others = new TreeSet<>();
      for (String one : existing) {
        if (one.startsWith(config.applicationId() + "-")
            && (one.endsWith("-changelog") || one.endsWith("-repartition"))
            && !own.contains(one)) {
          others.add(one);
        }
      }
      Path folder = config.stateDir().resolve(config.applicationId());
      return new Plan(offsets().size(), own, folder, Files.exists(folder), others);
    } catch (ExecutionException e) {
      throw refused(e);
    } catch (InterruptedException e) {
      throw interrupted(e);
    }
  }

  /**
   * Deletes what the plan has. It can be repeated where it was broken off.
   *
   * @throws SidereusException if an instance has started meanwhile, or the brokers refuse
   */
  public void execute(Plan plan) {
    try {
      // First the offsets: the brokers refuse it if an instance is there.
      if (plan.offsets() > 0) {
        admin.deleteConsumerGroups(List.of(config.applicationId())).all().get();
      }
      List<KafkaFuture<Void>> deleted = new ArrayList<>();
      if (!plan.topics().isEmpty()) {
        deleted.addAll(admin.deleteTopics(plan.topics()).topicNameValues().values());
      }
      for (KafkaFuture<Void> one : deleted) {
        try {
          one.get();
        } catch (ExecutionException e) {
          if (!(e.getCause() instanceof UnknownTopicOrPartitionException)) {
            throw e;
          }
        }
      }
      if (plan.hasFolder()) {
        delete(plan.folder());
      }
    } catch (ExecutionException e) {
      if (e.getCause() instanceof GroupNotEmptyException) {
        throw new SidereusException(
            "an instance of application '%s' has started meanwhile; stop it and reset again; nothing was deleted"
                .formatted(config.applicationId()),
            e);
      }
      throw refused(e);
    } catch (InterruptedException e) {
      throw interrupted(e);
    }
  }

  private void refuseWhileRunning() throws ExecutionException, InterruptedException {
    ConsumerGroupDescription group;
    try {
      group =
          admin
              .describeConsumerGroups(List.of(config.applicationId()))
              .all()
              .get()
              .values()
              .iterator()
              .next();
    } catch (ExecutionException e) {
      if (e.getCause() instanceof GroupIdNotFoundException) {
        return;
      }
      throw e;
    }
    if (!group.members().isEmpty()) {
      List<String> members =
          group.members().stream()
              .map(one -> one.clientId() + " at " + one.host())
              .sorted()
              .toList();
      throw new SidereusException(
          "application '%s' still runs: %s; stop all its instances first (one with group.instance.id leaves %s after its stop); nothing was deleted"
              .formatted(config.applicationId(), String.join(", ", members), "session.timeout.ms"));
    }
  }

  private Map<TopicPartition, OffsetAndMetadata> offsets()
      throws ExecutionException, InterruptedException {
    try {
      return admin
          .listConsumerGroupOffsets(config.applicationId())
          .partitionsToOffsetAndMetadata()
          .get();
    } catch (ExecutionException e) {
      if (e.getCause() instanceof GroupIdNotFoundException) {
        return Map.of();
      }
      throw e;
    }
  }

  private static void delete(Path folder) {
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path one : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(one);
      }
    } catch (IOException | UncheckedIOException e) {
      throw new SidereusException(
          "the folder %s cannot be deleted (%s); delete it by hand"
              .formatted(folder, SidereusException.describe(e)),
          e);
    }
  }

  private SidereusException refused(Exception e) {
    Throwable cause = e.getCause() == null ? e : e.getCause();
    return new SidereusException(
        "the brokers %s cannot be used: %s; check bootstrap.servers, kafka.* and the rights ('sidereus acls --operator')"
            .formatted(config.bootstrapServers(), SidereusException.describe(cause)),
        e);
  }

  private static InterruptException interrupted(InterruptedException e) {
    return new InterruptException("interrupted while waiting for the brokers", e);
  }

  @Override
  public void close() {
    admin.close();
  }
}
