package org.sidereus.streams.demo;

import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.sidereus.command.UserError;
import org.sidereus.schemas.GroupPosterior;
import org.sidereus.schemas.registry.SerdeFactory;
import org.sidereus.streams.catalog.ObservationCatalog;
import org.sidereus.streams.catalog.ObservationPublisher;
import org.sidereus.streams.catalog.Replay;
import org.sidereus.streams.results.TopicReader;
import org.sidereus.streams.service.RegistryPreparation;
import org.sidereus.streams.topology.IntakeLedger;

/** Plays a survey into a {@link DemoPlant} and watches what comes out, until all has come. */
final class Demo {
  /** If nothing changes for so long and nothing is pending, nothing more will come. */
  private static final long REST_NS = 5_000_000_000L;

  private final DemoPlant plant;
  private final ObservationCatalog catalog;
  private final double perSecond;
  private final GroupView view;

  /**
   * A demo.
   *
   * @param perSecond observations per second; 0: as fast as it goes
   * @param view where the posteriors are kept
   */
  Demo(DemoPlant plant, ObservationCatalog catalog, double perSecond, GroupView view) {
    this.plant = plant;
    this.catalog = catalog;
    this.perSecond = perSecond;
    this.view = view;
  }

  /**
   * Runs until the stream has answered everything.
   *
   * @param onChange is told from time to time how many observations were published
   * @throws UserError if the catalogue is broken, or the stream fails
   */
  void run(ObservationCatalog.Outline outline, Consumer<Long> onChange) {
    SerdeFactory serdes = RegistryPreparation.serdes(plant.config());
    long expected = distinctInGroups(outline);
    AtomicLong published = new AtomicLong();
    try (TopicReader<GroupPosterior> reader =
            new TopicReader<>(
                plant.config(),
                plant.config().topics().groupPosteriors(),
                serdes.valueSerde(GroupPosterior.class).deserializer(),
                true);
        ObservationPublisher publisher = new ObservationPublisher(plant.config(), serdes)) {
      Replay replay = new Replay(catalog, perSecond, Optional.of(plant.config().windowSize()));
      CompletableFuture<Void> playing =
          CompletableFuture.runAsync(() -> replay.run(outline, publisher, published::set));
      long changedNs = System.nanoTime();
      while (true) {
        List<GroupPosterior> news = reader.poll();
        news.forEach(view::take);
        if (!news.isEmpty()) {
          changedNs = System.nanoTime();
          onChange.accept(published.get());
        }
        if (playing.isDone()) {
          playing.join();
          boolean atRest = isAtRest(outline) && System.nanoTime() - changedNs > REST_NS;
          if (view.objects() + rejections() >= expected || atRest) {
            onChange.accept(published.get());
            return;
          }
        }
      }
    } catch (CompletionException fault) {
      throw fault.getCause() instanceof RuntimeException cause ? cause : fault;
    }
  }

  private long distinctInGroups(ObservationCatalog.Outline outline) {
    Set<List<String>> objects = new HashSet<>();
    catalog.forEach(
        outline,
        one -> {
          if (one.getGroup() != null) {
            objects.add(List.of(one.getGroup(), one.getObject()));
          }
        });
    return objects.size();
  }

  private long rejections() {
    return plant.service().meters().ledgers().values().stream()
        .mapToLong(IntakeLedger::rejections)
        .sum();
  }

  private boolean isAtRest(ObservationCatalog.Outline outline) {
    long events = 0;
    long pending = 0;
    for (IntakeLedger one : plant.service().meters().ledgers().values()) {
      events += one.events();
      pending += one.pending();
    }
    return events >= outline.rows() && pending == 0;
  }
}
