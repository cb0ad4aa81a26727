package org.sidereus.streams.topology;

import java.util.Optional;
import java.util.function.LongSupplier;

/**
 * Decodes the events of one partition, gives groups their new names, and puts visits together. For
 * one thread.
 */
final class IntakeDecoder {
  private final ObservationReader reader;
  private final GroupNames names;
  private final ReadQuantities quantities;
  private final IntakeVisits visits;
  private final RegistryOutage outage;
  private final LongSupplier clockMs;

  IntakeDecoder(
      ObservationReader reader,
      GroupNames names,
      ReadQuantities quantities,
      IntakeVisits visits,
      RegistryOutage outage,
      LongSupplier clockMs) {
    this.reader = reader;
    this.names = names;
    this.quantities = quantities;
    this.visits = visits;
    this.outage = outage;
    this.clockMs = clockMs;
  }

  /** Looks the schema of an event up that must wait; false: it is not known now. */
  boolean lookUp(ReceivedEvent event) {
    long nowMs = clockMs.getAsLong();
    return outage.lookUp(event, () -> reader.read(event, nowMs), nowMs);
  }

  /** Decodes an event; empty: its schema is not known now. */
  Optional<DecodedEvent> decode(ReceivedEvent event) {
    long nowMs = clockMs.getAsLong();
    return outage.decode(
        event,
        () -> {
          DecodedEvent read = names.renamed(reader.read(event, nowMs));
          if (read instanceof DecodedEvent.Readable readable) {
            quantities.check(readable.observation());
          }
          DecodedEvent taken = visits.take(read);
          if (taken instanceof DecodedEvent.Readable readable) {
            readable.forgetMeasurements();
          }
          return taken;
        },
        nowMs);
  }
}
