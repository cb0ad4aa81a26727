package org.sidereus.demo;

import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.sidereus.demo.embedded.EmbeddedPlant;
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
 * Plays a survey into a {@link EmbeddedPlant} and watches what comes out, until every event is
 * answered and every object that was answered counts in its group.
 */
public final class Demo {
  /** A stream from which nothing comes for so long has failed, however busy the machine is. */
  private static final long STANDSTILL_S = 60;

  private final EmbeddedPlant plant;
  private final ObservationCatalog catalog;
  private final double perSecond;
  private final GroupView view;

  /**
   * A demo.
   *
   * @param perSecond observations per second; 0: as fast as it goes
   * @param view where the posteriors are kept
   */
  public Demo(EmbeddedPlant plant, ObservationCatalog catalog, double perSecond, GroupView view) {
    this.plant = plant;
    this.catalog = catalog;
    this.perSecond = perSecond;
    this.view = view;
  }

  /**
   * Runs until the stream has answered everything.
   *
   * @param onChange is told from time to time how many observations were published
   * @throws SidereusException if the catalogue is broken, or the stream stands still before the end
   */
  public void run(ObservationCatalog.Outline outline, Consumer<Long> onChange) {
    SerdeFactory serdes = RegistryPreparation.serdes(plant.config());
    Set<List<String>> members = new HashSet<>();
    long answered = 0;
    AtomicLong published = new AtomicLong();
    try (TopicReader<GroupPosterior> groups =
            new TopicReader<>(
                plant.config(),
                plant.config().topics().groupPosteriors(),
                serdes.valueSerde(GroupPosterior.class).deserializer(),
                true);
        TopicReader<ObjectPosterior> objects =
            new TopicReader<>(
                plant.config(),
                plant.config().topics().objectPosteriors(),
                serdes.valueSerde(ObjectPosterior.class).deserializer(),
                true);
        ObservationPublisher publisher = new ObservationPublisher(plant.config(), serdes)) {
      Replay replay = new Replay(catalog, perSecond, Optional.of(plant.config().windowSize()));
      CompletableFuture<Void> playing =
          CompletableFuture.runAsync(() -> replay.run(outline, publisher, published::set));
      long changedNs = System.nanoTime();
      while (true) {
        List<ObjectPosterior> answers = objects.poll();
        answered += answers.size();
        answers.stream()
            .filter(one -> one.getGroup() != null && !one.getGroup().isBlank())
            .forEach(one -> members.add(List.of(one.getGroup(), one.getObject())));
        List<GroupPosterior> news = groups.poll();
        news.forEach(view::take);
        if (!news.isEmpty()) {
          onChange.accept(published.get());
        }
        if (!news.isEmpty() || !answers.isEmpty()) {
          changedNs = System.nanoTime();
        }
        if (playing.isDone()) {
          playing.join();
          if (isAnswered(outline, answered) && view.objects() == members.size()) {
            onChange.accept(published.get());
            return;
          }
          if (System.nanoTime() - changedNs > STANDSTILL_S * 1_000_000_000L) {
            throw new SidereusException(
                "the stream has stood still for %d s with %d of %d objects in their groups; run the demo again"
                    .formatted(STANDSTILL_S, view.objects(), members.size()));
          }
        }
      }
    } catch (CompletionException fault) {
      throw fault.getCause() instanceof RuntimeException cause ? cause : fault;
    }
  }

  /** What became of the observations so far, for people. */
  public String account() {
    long events = 0;
    long posteriors = 0;
    long rejections = 0;
    for (LedgerCounts one : plant.service().meters().ledgerCounts().values()) {
      events += one.events();
      posteriors += one.posteriors();
      rejections += one.rejections();
    }
    return "%d observations received: %d answered, %d rejected, %d without an answer"
        .formatted(events, posteriors, rejections, events - posteriors - rejections);
  }

  /**
   * Whether every event has its outcome, and all outcomes are known here.
   *
   * @param answered number of posteriors that have been read
   */
  private boolean isAnswered(ObservationCatalog.Outline outline, long answered) {
    long events = 0;
    long pending = 0;
    long posteriors = 0;
    for (LedgerCounts one : plant.service().meters().ledgerCounts().values()) {
      events += one.events();
      pending += one.pending();
      posteriors += one.posteriors();
    }
    return events >= outline.rows() && pending == 0 && answered == posteriors;
  }
}
