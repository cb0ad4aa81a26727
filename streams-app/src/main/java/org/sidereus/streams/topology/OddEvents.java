package org.sidereus.streams.topology;

import org.sidereus.streams.ledger.StreamMeters;

/**
 * Counts events that a producer has likely not meant, when their transaction is committed. For one
 * thread.
 */
final class OddEvents {
  private final ObjectPlaces places;
  private final CommittedCounts counts;
  private final StreamMeters meters;

  OddEvents(ObjectPlaces places, CommittedCounts counts, StreamMeters meters) {
    this.places = places;
    this.counts = counts;
    this.meters = meters;
  }

  /** Counts an event that is not in the partition in which its object belongs. */
  void checkPlace(ReceivedEvent event, String object) {
    places
        .misplaced(event, object)
        .ifPresent(why -> counts.add(() -> meters.misplaced(why, event.place())));
  }

  /** Counts a withdrawal that finds no object. */
  void unknownWithdrawal(ReceivedEvent event, String object) {
    counts.add(() -> meters.unknownWithdrawal(object, event.place()));
  }
}
