package org.sidereus.streams.topology;

import java.util.Optional;
import java.util.function.LongSupplier;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.jspecify.annotations.Nullable;
import org.sidereus.schemas.Observation;
import org.sidereus.schemas.Rejection;
import org.sidereus.streams.brokers.RecordPlace;
import org.sidereus.streams.ledger.StreamMeters;

/** What the intake of one partition sends on. All of it bears the time of the clock. */
final class IntakeOutputs {
  private final ProcessorContext<byte[], IntakeOutput> context;
  private final LongSupplier wallClockMs;
  private final int maxRejectedBytes;
  private final Ledger ledger;
  private final StreamMeters meters;
  private final CommittedCounts counts;

  /**
   * The outputs.
   *
   * @param wallClockMs the clock of the machine, which may be set back
   * @param maxRejectedBytes longest original value that a rejection carries
   */
  IntakeOutputs(
      ProcessorContext<byte[], IntakeOutput> context,
      LongSupplier wallClockMs,
      int maxRejectedBytes,
      Ledger ledger,
      StreamMeters meters,
      CommittedCounts counts) {
    this.context = context;
    this.wallClockMs = wallClockMs;
    this.maxRejectedBytes = maxRejectedBytes;
    this.ledger = ledger;
    this.meters = meters;
    this.counts = counts;
  }

  /** Sends the rejection of an event, and of its observation if that was decoded. */
  void reject(RejectionCause cause, ReceivedEvent event, Optional<Observation> observation) {
    ledger.rejection();
    Rejection rejection = AvroRecords.rejection(cause, event, observation, maxRejectedBytes);
    RecordPlace place = event.place();
    counts.add(() -> meters.rejected(cause.reason(), place, rejection.getDetail()));
    byte[] key = rejection.getKey() == null ? null : rejection.getKey().array();
    forward(key, new IntakeOutput.ToRejections(rejection));
  }

  void toGroups(byte[] key, GroupMessage message) {
    forward(key, new IntakeOutput.ToGroups(message));
  }

  void forward(byte @Nullable [] key, IntakeOutput output) {
    context.forward(new Record<>(key, output, LogTime.nowMs(context, wallClockMs)));
  }
}
