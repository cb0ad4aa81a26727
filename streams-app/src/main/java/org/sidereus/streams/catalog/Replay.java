package org.sidereus.streams.catalog;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.function.LongConsumer;
import org.sidereus.schemas.Observation;

/**
 * Publishes a catalogue in the order of its times. A replay can be repeated: the observation of
 * each object replaces the earlier one.
 */
public final class Replay {
  private final ObservationCatalog catalog;
  private final double perSecond;
  private final Optional<Duration> endAfter;

  /**
   * A replay; publishes nothing yet.
   *
   * @param perSecond observations per second; 0: full speed
   * @param endAfter time from the last observation to the marker, which closes every window that
   *     ends by then; empty: no marker. A catalogue without times has none.
   */
  public Replay(ObservationCatalog catalog, double perSecond, Optional<Duration> endAfter) {
    this.catalog = catalog;
    this.perSecond = perSecond;
    this.endAfter = endAfter;
  }

  /**
   * Publishes the catalogue.
   *
   * @param outline what {@link ObservationCatalog#outline()} gave
   * @param progress gets the number of published observations after each one
   */
  public void run(
      ObservationCatalog.Outline outline, ObservationPublisher publisher, LongConsumer progress) {
    Pace pace = new Pace(perSecond);
    Player player = new Player(publisher, pace, progress);
    catalog.forEach(outline, player::play);
    publisher.flush();
    if (endAfter.isPresent() && outline.latest().isPresent()) {
      Instant end = outline.latest().get().plus(endAfter.get());
      publisher.publishEndOfSurvey(player.survey, end);
      publisher.flush();
    }
  }

  /** Publishes one observation after the other. */
  private static final class Player {
    private final ObservationPublisher publisher;
    private final Pace pace;
    private final LongConsumer progress;
    private String survey = "";
    private long published;

    Player(ObservationPublisher publisher, Pace pace, LongConsumer progress) {
      this.publisher = publisher;
      this.pace = pace;
      this.progress = progress;
    }

    void play(Observation observation) {
      pace.await();
      publisher.publish(observation);
      survey = observation.getSurvey();
      published++;
      progress.accept(published);
    }
  }
}
