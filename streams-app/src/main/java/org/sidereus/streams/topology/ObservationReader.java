package org.sidereus.streams.topology;

import java.io.EOFException;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.serialization.Deserializer;
import org.sidereus.engine.inference.Encoding;
import org.sidereus.engine.inference.Measurement;
import org.sidereus.schemas.Observation;
import org.sidereus.schemas.ObservationKind;
import org.sidereus.schemas.RejectionReason;
import org.sidereus.schemas.registry.RegistryException;
import org.sidereus.schemas.registry.UndecodableEventException;
import org.sidereus.streams.config.Durations;
import org.sidereus.streams.topology.DecodedEvent.Question;
import org.sidereus.streams.topology.DecodedEvent.Refusal;

/** Finds out what an event is, and whether it can be answered. Changes nothing. */
final class ObservationReader {
  /** A time beyond these is a mistake, and would close every window for good. */
  private static final long EARLIEST_MS = Instant.parse("0001-01-01T00:00:00Z").toEpochMilli();

  private static final long LATEST_MS = Instant.parse("9999-12-31T23:59:59Z").toEpochMilli();

  /** Identifiers go into keys and posteriors, whose topics take messages of a megabyte or so. */
  private static final int LONGEST_IDENTIFIER = 1024;

  private final Deserializer<Observation> deserializer;
  private final List<ServedBundle> bundles;
  private final int maxBytes;
  private final Duration maxAhead;

  ObservationReader(
      Deserializer<Observation> deserializer,
      List<ServedBundle> bundles,
      int maxBytes,
      Duration maxAhead) {
    this.deserializer = deserializer;
    this.bundles = bundles;
    this.maxBytes = maxBytes;
    this.maxAhead = maxAhead;
  }

  /** Why an event must not even be read; empty: it may be. */
  Optional<Refusal> refusalUnread(ReceivedEvent event) {
    if (event.value() == null) {
      return Optional.of(
          new Refusal(
              RejectionReason.MALFORMED, "the event has no value; publish an Avro Observation"));
    }
    if (event.bytes() > maxBytes) {
      return Optional.of(
          new Refusal(
              RejectionReason.TOO_LARGE,
              "the event has %d bytes and observation.max.bytes is %d; send less, or raise the limit"
                  .formatted(event.bytes(), maxBytes)));
    }
    return Optional.empty();
  }

  /**
   * Reads an event that {@link #refusalUnread} does not refuse.
   *
   * @param nowMs the clock
   * @throws RegistryAbsentException if the registry must be asked but does not answer
   * @throws RegistryException if the registry refuses to work, so that someone must mend it
   */
  DecodedEvent read(ReceivedEvent event, long nowMs) {
    Observation observation;
    try {
      observation = deserializer.deserialize(event.topic(), event.value());
    } catch (UndecodableEventException fault) {
      return refused(fault.rejectionReason(), fault.getMessage());
    } catch (RegistryException fault) {
      if (fault.isRetriable()) {
        throw new RegistryAbsentException(fault);
      }
      throw fault;
    } catch (TimeoutException fault) {
      throw new RegistryAbsentException(fault);
    } catch (SerializationException fault) {
      return foreign(fault);
    }
    return examined(observation, knownBy(event, nowMs));
  }

  /**
   * When the event was there at the latest. Kafka's timestamp comes first, so that an event that is
   * read again years later is judged as it was then; a timestamp that is ahead of the clock itself
   * is not believed.
   */
  private static long knownBy(ReceivedEvent event, long nowMs) {
    return event.timestampMs() > 0 ? Math.min(event.timestampMs(), nowMs) : nowMs;
  }

  /** A serde of another maker does not tell the registry's faults from the event's by a class. */
  private static DecodedEvent foreign(SerializationException fault) {
    Throwable cause = fault.getCause();
    if (cause instanceof IOException && !(cause instanceof EOFException)) {
      throw new RegistryAbsentException(fault);
    }
    boolean unknown = cause != null && cause.getClass().getSimpleName().startsWith("RestClient");
    return refused(
        unknown ? RejectionReason.UNKNOWN_SCHEMA : RejectionReason.MALFORMED,
        String.valueOf(fault.getMessage()));
  }

  private DecodedEvent examined(Observation observation, long knownByMs) {
    long timeMs = observation.getTime().toEpochMilli();
    if (timeMs < EARLIEST_MS || timeMs > LATEST_MS) {
      return refused(
          observation,
          RejectionReason.MALFORMED,
          "the time is %d ms since 1970, which is not between the years 1 and 9999; mend its unit"
              .formatted(timeMs));
    }
    if (observation.getKind() == ObservationKind.END_OF_SURVEY) {
      return new DecodedEvent.Marker(timeMs);
    }
    if (timeMs - knownByMs > maxAhead.toMillis()) {
      return refused(
          observation,
          RejectionReason.IMPLAUSIBLE_TIME,
          "the time %s is %s ahead of the clock and observation.max.ahead is %s; mend the time or its zone, or raise the limit"
              .formatted(
                  observation.getTime(),
                  Duration.ofMillis(timeMs - knownByMs),
                  Durations.format(maxAhead)));
    }
    if (observation.getObject().isBlank()) {
      return refused(
          observation,
          RejectionReason.MISSING_IDENTIFIER,
          "the field 'object' is empty; give each object its identifier");
    }
    for (String identifier : identifiers(observation)) {
      if (identifier.length() > LONGEST_IDENTIFIER) {
        return refused(
            observation,
            RejectionReason.MALFORMED,
            "an identifier has %d characters and at most %d are allowed in 'survey', 'object', 'group' and 'visit'; shorten it"
                .formatted(identifier.length(), LONGEST_IDENTIFIER));
      }
    }
    if (IntakeVisits.isVisit(observation) && observation.getRevision() < 0) {
      return refused(
          observation,
          RejectionReason.MALFORMED,
          "the revision of a visit is %d but must not be negative; number revisions from 0"
              .formatted(observation.getRevision()));
    }
    Map<String, Measurement> measured = new HashMap<>();
    for (var one : observation.getMeasurements()) {
      Measurement measurement = new Measurement(one.getValue(), one.getError());
      if (measured.put(one.getName(), measurement) != null) {
        return refused(
            observation,
            RejectionReason.MALFORMED,
            "'%s' is measured twice; send each observable once".formatted(one.getName()));
      }
    }
    int[] asked = asked(observation.getBundle());
    if (asked.length == 0) {
      return refused(
          observation,
          RejectionReason.UNKNOWN_BUNDLE,
          "no bundle '%s' is served here; served are %s"
              .formatted(
                  observation.getBundle(),
                  bundles.stream().map(ServedBundle::name).collect(Collectors.joining(", "))));
    }
    return encoded(observation, measured, asked);
  }

  private static List<String> identifiers(Observation observation) {
    return Stream.of(
            observation.getSurvey(),
            observation.getObject(),
            observation.getGroup(),
            observation.getVisit())
        .filter(Objects::nonNull)
        .toList();
  }

  private int[] asked(String name) {
    return IntStream.range(0, bundles.size())
        .filter(i -> name == null || bundles.get(i).name().equals(name))
        .toArray();
  }

  private DecodedEvent encoded(
      Observation observation, Map<String, Measurement> measured, int[] asked) {
    List<Question> questions = new ArrayList<>(asked.length);
    List<Refusal> refusals = new ArrayList<>();
    for (int bundle : asked) {
      Encoding encoding = bundles.get(bundle).encoder().encode(measured);
      if (encoding instanceof Encoding.Row row) {
        questions.add(new Question(bundle, row.features()));
      } else if (encoding instanceof Encoding.Refused refused) {
        String detail = refused.detail();
        if (asked.length > 1) {
          detail = "bundle '%s': %s".formatted(bundles.get(bundle).name(), detail);
        }
        refusals.add(new Refusal(RejectionReason.valueOf(refused.reason().name()), detail));
      }
    }
    return new DecodedEvent.Readable(observation, questions, refusals);
  }

  private static DecodedEvent refused(RejectionReason reason, String detail) {
    return new DecodedEvent.Unreadable(new Refusal(reason, detail), Optional.empty());
  }

  private static DecodedEvent refused(Observation read, RejectionReason reason, String detail) {
    return new DecodedEvent.Unreadable(new Refusal(reason, detail), Optional.of(read));
  }
}
