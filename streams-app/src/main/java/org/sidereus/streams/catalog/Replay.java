package org.sidereus.streams.catalog;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.function.LongConsumer;
import org.sidereus.schemas.Observation;

/**
 * Plays a catalogue into the stream in the order of its times. The same replay can be run again:
 * each object's observation replaces its earlier one.
 */
public final class Replay {
  private final ObservationCatalog catalog;
  private final double perSecond;
  private final Optional<Duration> endAfter;

  /**
   * A replay; plays nothing yet.
   *
   * @param perSecond observations per second; 0: as fast as it goes
   * @param endAfter how long after the last observation the marker says that the survey ends; it
   *     closes every window that ends by then; empty: no marker
   */
  public Replay(ObservationCatalog catalog, double perSecond, Optional<Duration> endAfter) {
    this.catalog = catalog;
    this.perSecond = perSecond;
    this.endAfter = endAfter;
  }

  /**
   * Plays the catalogue.
   *
   * @param outline what {@link ObservationCatalog#outline()} gave
   * @param progress is told each published observation by its count
   */
  public void run(
      ObservationCatalog.Outline outline, ObservationPublisher publisher, LongConsumer progress) {
    Pace pace = new Pace(perSecond);
    Player player = new Player(publisher, pace, progress);
    catalog.forEach(outline, player::play);
    publisher.flush();
    endAfter.ifPresent(
        after -> {
          Instant end = outline.latest().plus(after);
          publisher.publishEndOfSurvey(player.survey, end);
          publisher.flush();
        });
  }

  /** Publishes one after the other. */
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
