package org.sidereus.demo;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.sidereus.demo.embedded.EmbeddedSidereus;
import org.sidereus.engine.SidereusException;
import org.sidereus.schemas.GroupPosterior;
import org.sidereus.schemas.ObjectPosterior;
import org.sidereus.schemas.registry.SerdeFactory;
import org.sidereus.streams.catalog.ObservationCatalog;
import org.sidereus.streams.catalog.ObservationPublisher;
import org.sidereus.streams.catalog.Replay;
import org.sidereus.streams.ledger.LedgerCounts;
import org.sidereus.streams.results.TopicReader;
import org.sidereus.streams.service.RegistryPreparation;

/**
 * Replays a survey into an {@link EmbeddedSidereus} and reads the posteriors, until every event has
 * its outcome and every object with a posterior counts in its group.
 */
public final class Demo {
  /** Without a new posterior for this time the stream has failed, also on a busy machine. */
  private static final long STANDSTILL_S = 60;

  private final EmbeddedSidereus sidereus;
  private final ObservationCatalog catalog;
  private final double perSecond;
  private final GroupView view;

  /**
   * A demo.
   *
   * @param perSecond observations per second; 0: full speed
   * @param view gets the posteriors of groups
   */
  public Demo(
      EmbeddedSidereus sidereus, ObservationCatalog catalog, double perSecond, GroupView view) {
    this.sidereus = sidereus;
    this.catalog = catalog;
    this.perSecond = perSecond;
    this.view = view;
  }

  /**
   * Runs until every event has its outcome.
   *
   * @param onChange gets the number of published observations when a group changes
   * @throws SidereusException if the catalogue is broken, or the stream stands still before the end
   */
  public void run(ObservationCatalog.Outline outline, Consumer<Long> onChange) {
    SerdeFactory serdes = RegistryPreparation.serdes(sidereus.config());
    Map<String, String> groupOfObject = new HashMap<>();
    long inferred = 0;
    AtomicLong published = new AtomicLong();
    try (TopicReader<GroupPosterior> groups =
            new TopicReader<>(
                sidereus.config(),
                sidereus.config().topics().groupPosteriors(),
                serdes.valueSerde(GroupPosterior.class).deserializer(),
                true);
        TopicReader<ObjectPosterior> objects =
            new TopicReader<>(
                sidereus.config(),
                sidereus.config().topics().objectPosteriors(),
                serdes.valueSerde(ObjectPosterior.class).deserializer(),
                true);
        ObservationPublisher publisher = new ObservationPublisher(sidereus.config(), serdes)) {
      Replay replay =
          new Replay(catalog, perSecond, Optional.of(sidereus.config().groups().windowSize()));
      CompletableFuture<Void> replaying =
          CompletableFuture.runAsync(() -> replay.run(outline, publisher, published::set));
      long changedNs = System.nanoTime();
      while (true) {
        List<ObjectPosterior> posteriors = objects.poll();
        inferred += posteriors.size();
        posteriors.forEach(
            one ->
                groupOfObject.put(
                    one.getObject(), one.getGroup() == null ? "" : one.getGroup().strip()));
        long members = groupOfObject.values().stream().filter(group -> !group.isEmpty()).count();
        List<GroupPosterior> news = groups.poll();
        news.forEach(view::take);
        if (!news.isEmpty()) {
          onChange.accept(published.get());
        }
        if (!news.isEmpty() || !posteriors.isEmpty()) {
          changedNs = System.nanoTime();
        }
        if (replaying.isDone()) {
          replaying.join();
          if (isComplete(outline, inferred) && view.objects() == members) {
            onChange.accept(published.get());
            return;
          }
          if (System.nanoTime() - changedNs > STANDSTILL_S * 1_000_000_000L) {
            throw new SidereusException(
                "the stream has stood still for %d s with %d of %d objects in their groups; run the demo again"
                    .formatted(STANDSTILL_S, view.objects(), members));
          }
        }
      }
    } catch (CompletionException e) {
      throw e.getCause() instanceof RuntimeException cause ? cause : e;
    }
  }

  /** The account of the observations so far, as a sentence. */
  public String account() {
    long events = 0;
    long posteriors = 0;
    long rejections = 0;
    for (LedgerCounts one : sidereus.service().meters().ledgerCounts().values()) {
      events += one.events();
      posteriors += one.posteriors();
      rejections += one.rejections();
    }
    return "%d observations received: %d inferred, %d rejected, %d without an outcome"
        .formatted(events, posteriors, rejections, events - posteriors - rejections);
  }

  /**
   * Whether every event has its outcome and all posteriors have been read.
   *
   * @param inferred number of posteriors that have been read
   */
  private boolean isComplete(ObservationCatalog.Outline outline, long inferred) {
    long events = 0;
    long pending = 0;
    long posteriors = 0;
    for (LedgerCounts one : sidereus.service().meters().ledgerCounts().values()) {
      events += one.events();
      pending += one.pending();
      posteriors += one.posteriors();
    }
    return events >= outline.rows() && pending == 0 && inferred == posteriors;
  }
}
