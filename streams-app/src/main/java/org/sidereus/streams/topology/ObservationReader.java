package org.sidereus.streams.topology;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.serialization.Deserializer;
import org.jspecify.annotations.Nullable;
import org.sidereus.catalogs.catalog.Refusal;
import org.sidereus.engine.inference.Encoding;
import org.sidereus.engine.inference.Measurement;
import org.sidereus.engine.inference.SharedError;
import org.sidereus.schemas.Observation;
import org.sidereus.schemas.ObservationKind;
import org.sidereus.schemas.RejectionReason;
import org.sidereus.schemas.registry.RegistryException;
import org.sidereus.schemas.registry.UndecodableEventException;
import org.sidereus.streams.config.Durations;

/** Decodes events and puts observations to bundles. Changes no state. */
final class ObservationReader {
  /** What the clients of other vendors say where a registry fails: HTTP 408, 429, 5xx. */
  private static final Pattern OVERLOAD = Pattern.compile("error code: (?:408|429|5\\d\\d)");

  /** A time beyond these is a mistake, and would close every window for good. */
  private static final long EARLIEST_MS = Instant.parse("0001-01-01T00:00:00Z").toEpochMilli();

  private static final long LATEST_MS = Instant.parse("9999-12-31T23:59:59Z").toEpochMilli();

  /** Identifiers go into keys and posteriors, whose topics take messages of a megabyte or so. */
  private static final int LONGEST_IDENTIFIER = 1024;

  private final Deserializer<Observation> deserializer;
  private final List<ServedBundle> bundles;
  private final int maxBytes;
  private final Duration maxAhead;
  private final Duration windowSize;
  private final MeasuredByName quantities = new MeasuredByName();

  ObservationReader(
      Deserializer<Observation> deserializer,
      List<ServedBundle> bundles,
      int maxBytes,
      Duration maxAhead,
      Duration windowSize) {
    this.deserializer = deserializer;
    this.bundles = bundles;
    this.maxBytes = maxBytes;
    this.maxAhead = maxAhead;
    this.windowSize = windowSize;
  }

  /** Why an event is rejected without being decoded; empty: it may be decoded. */
  Optional<RejectionCause> rejectedUnread(ReceivedEvent event) {
    if (event.value() == null && (event.key() == null || event.key().length == 0)) {
      return Optional.of(
          new RejectionCause(
              RejectionReason.MALFORMED,
              "the event has neither a value nor a key; publish an Avro Observation, or withdraw an"
                  + " object by its key"));
    }
    if (event.bytes() > maxBytes) {
      return Optional.of(
          new RejectionCause(
              RejectionReason.TOO_LARGE,
              "the event has %d bytes and observation.max.bytes is %d; send less, or raise the limit"
                  .formatted(event.bytes(), maxBytes)));
    }
    return Optional.empty();
  }

  /**
   * Decodes an event that {@link #rejectedUnread} does not reject.
   *
   * @param nowMs the clock
   * @throws RegistryAbsentException if the registry is needed but does not respond
   * @throws RegistryException if the registry refuses, and will go on to refuse
   */
  DecodedEvent read(ReceivedEvent event, long nowMs) {
    if (event.value() == null) {
      return withdrawn(Objects.requireNonNull(event.key()));
    }
    Observation observation;
    try {
      observation = deserializer.deserialize(event.topic(), event.value());
    } catch (UndecodableEventException e) {
      return rejected(e.rejectionReason(), String.valueOf(e.getMessage()));
    } catch (RegistryException e) {
      if (e.isRetriable()) {
        throw new RegistryAbsentException(e);
      }
      throw e;
    } catch (TimeoutException e) {
      throw new RegistryAbsentException(e);
    } catch (SerializationException e) {
      return foreign(e);
    }
    return examined(observation, knownBy(event, nowMs), nowMs);
  }

  /** A record without a value withdraws the object of its key. */
  private static DecodedEvent withdrawn(byte[] key) {
    String object;
    try {
      object = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(key)).toString();
    } catch (CharacterCodingException e) {
      return rejected(
          RejectionReason.MALFORMED,
          "a record without a value withdraws the object of its key, but this key is not text in"
              + " UTF-8; send the identifier of the object as the key");
    }
    if (object.length() > LONGEST_IDENTIFIER) {
      return rejected(
          RejectionReason.MALFORMED,
          "a record without a value withdraws the object of its key, but this key has %d characters and identifiers have at most %d; send the identifier of the object as the key"
              .formatted(object.length(), LONGEST_IDENTIFIER));
    }
    return new DecodedEvent.Withdrawal(
        object, Optional.empty(), Optional.empty(), Optional.empty());
  }

  /**
   * The latest time at which the event was published. It is Kafka's timestamp, so that an event
   * that is read again years later is judged in the same way. A timestamp ahead of the clock is
   * replaced by the clock.
   */
  private static long knownBy(ReceivedEvent event, long nowMs) {
    return event.timestampMs() > 0 ? Math.min(event.timestampMs(), nowMs) : nowMs;
  }

  /** The serde of another vendor throws one class for faults of the registry and of events. */
  private static DecodedEvent foreign(SerializationException e) {
    Throwable cause = e.getCause();
    if (cause instanceof IOException && !(cause instanceof EOFException)) {
      throw new RegistryAbsentException(e);
    }
    if (OVERLOAD.matcher(String.valueOf(cause == null ? "" : cause.getMessage())).find()) {
      throw new RegistryAbsentException(e);
    }
    boolean unknown = cause != null && cause.getClass().getSimpleName().startsWith("RestClient");
    return rejected(
        unknown ? RejectionReason.UNKNOWN_SCHEMA : RejectionReason.MALFORMED,
        String.valueOf(e.getMessage()));
  }

  private DecodedEvent examined(Observation observation, long knownByMs, long nowMs) {
    Optional<RejectionCause> wrongTime = wrongTime(observation, knownByMs, nowMs);
    if (wrongTime.isPresent()) {
      return new DecodedEvent.Unreadable(wrongTime.get(), Optional.of(observation));
    }
    int longest = longestIdentifier(observation);
    if (longest > LONGEST_IDENTIFIER) {
      return rejected(
          observation,
          RejectionReason.MALFORMED,
          "an identifier has %d characters and at most %d are allowed in 'survey', 'object', 'group' and 'visit'; shorten it"
              .formatted(longest, LONGEST_IDENTIFIER));
    }
    if (observation.getKind() == ObservationKind.END_OF_SURVEY) {
      return new DecodedEvent.Marker(observation.getSurvey(), observation.getTime().toEpochMilli());
    }
    if (observation.getKind() == ObservationKind.GROUP_RENAME) {
      return renamed(observation);
    }
    if (observation.getObject().isBlank()) {
      return rejected(
          observation,
          RejectionReason.MISSING_IDENTIFIER,
          "the field 'object' is empty; give each object its identifier");
    }
    if (observation.getKind() == ObservationKind.WITHDRAWAL) {
      return withdrawal(observation);
    }
    if (IntakeVisits.isVisit(observation) && observation.getRevision() < 0) {
      return rejected(
          observation,
          RejectionReason.MALFORMED,
          "the revision of a visit is %d but must not be negative; number revisions from 0"
              .formatted(observation.getRevision()));
    }
    MeasuredByName.Measured measured = quantities.of(observation);
    if (measured.repeated().isPresent()) {
      return rejected(
          observation,
          RejectionReason.MALFORMED,
          "'%s' is measured twice; send each observable once".formatted(measured.repeated().get()));
    }
    List<ServedBundle> addressed = addressed(observation);
    if (addressed.isEmpty()) {
      return rejected(observation, RejectionReason.UNKNOWN_BUNDLE, noBundle(observation));
    }
    if (observation.getSharedErrors().stream().anyMatch(ObservationReader::namesTwice)) {
      return rejected(
          observation,
          RejectionReason.MALFORMED,
          "a shared error names a measurement twice; send one coefficient for each");
    }
    return encoded(observation, measured.byName(), sharedErrors(observation), addressed);
  }

  /** Why the time of an event cannot be; empty: it can, or the event is not dated. */
  private Optional<RejectionCause> wrongTime(Observation observation, long knownByMs, long nowMs) {
    if (!observation.getDated() && observation.getKind() == ObservationKind.OBSERVATION) {
      return Optional.empty();
    }
    long timeMs = observation.getTime().toEpochMilli();
    if (timeMs < EARLIEST_MS || timeMs > LATEST_MS) {
      return Optional.of(
          new RejectionCause(
              RejectionReason.MALFORMED,
              "the time is %d ms since 1970, which is not between the years 1 and 9999; correct its unit, or set dated to false where there is no time"
                  .formatted(timeMs)));
    }
    Duration ahead = Duration.ofMillis(timeMs - knownByMs);
    if (observation.getKind() == ObservationKind.OBSERVATION && ahead.compareTo(maxAhead) > 0) {
      return Optional.of(
          new RejectionCause(
              RejectionReason.IMPLAUSIBLE_TIME,
              "the time %s is %s ahead of %s, and observation.max.ahead is %s; correct the time or its zone, or the clock, or raise the limit"
                  .formatted(
                      observation.getTime(),
                      ahead,
                      clock(knownByMs, nowMs),
                      Durations.format(maxAhead))));
    }
    // The window of the latest observation that there may be ends by then.
    Duration maxMarkerAhead = maxAhead.plus(windowSize);
    if (observation.getKind() == ObservationKind.END_OF_SURVEY
        && ahead.compareTo(maxMarkerAhead) > 0) {
      return Optional.of(
          new RejectionCause(
              RejectionReason.IMPLAUSIBLE_TIME,
              "the end of survey '%s' is at %s, which is %s ahead of %s; observation.max.ahead and window.size together are %s; publish a marker with the end of the last window, or raise the limit"
                  .formatted(
                      observation.getSurvey(),
                      observation.getTime(),
                      ahead,
                      clock(knownByMs, nowMs),
                      Durations.format(maxMarkerAhead))));
    }
    return Optional.empty();
  }

  /** The clock that says when an event was published, for people. */
  private static String clock(long knownByMs, long nowMs) {
    return knownByMs < nowMs
        ? "the clock of its producer, by which the event was published at %s"
            .formatted(Instant.ofEpochMilli(knownByMs))
        : "the clock";
  }

  private static DecodedEvent withdrawal(Observation observation) {
    if (IntakeVisits.isVisit(observation)) {
      return rejected(
          observation,
          RejectionReason.MALFORMED,
          "a withdrawal names a visit, but it takes out an object with all its visits; to correct a"
              + " visit, publish a higher revision of it");
    }
    return new DecodedEvent.Withdrawal(
        observation.getObject(),
        Optional.of(observation.getSurvey()),
        Optional.ofNullable(observation.getBundle()),
        Optional.ofNullable(observation.getGroup()).filter(group -> !group.isBlank()));
  }

  private static DecodedEvent renamed(Observation observation) {
    String oldName = observation.getGroup();
    String newName = observation.getRenamedTo();
    if (oldName == null || oldName.isBlank() || newName == null || newName.isBlank()) {
      return rejected(
          observation,
          RejectionReason.MISSING_IDENTIFIER,
          "a group is renamed from '%s' to '%s'; give both 'group' and 'renamed_to' a name"
              .formatted(oldName, newName));
    }
    return oldName.equals(newName)
        ? rejected(
            observation,
            RejectionReason.MALFORMED,
            "the group '%s' is renamed to its own name; give it another one".formatted(oldName))
        : new DecodedEvent.Rename(oldName, newName, observation);
  }

  /** Characters of the longest identifier. */
  private static int longestIdentifier(Observation observation) {
    int longest = Math.max(length(observation.getSurvey()), length(observation.getObject()));
    longest = Math.max(longest, length(observation.getGroup()));
    longest = Math.max(longest, length(observation.getVisit()));
    return Math.max(longest, length(observation.getRenamedTo()));
  }

  private static int length(@Nullable String identifier) {
    return identifier == null ? 0 : identifier.length();
  }

  private List<ServedBundle> addressed(Observation observation) {
    String name = observation.getBundle();
    return bundles.stream()
        .filter(one -> name == null ? one.serves(observation.getSurvey()) : one.name().equals(name))
        .toList();
  }

  private String noBundle(Observation observation) {
    String served = bundles.stream().map(ServedBundle::name).collect(Collectors.joining(", "));
    return observation.getBundle() == null
        ? "no bundle serves the survey '%s'; name it in bundles.surveys for one of %s, or name a bundle in the observation"
            .formatted(observation.getSurvey(), served)
        : "no bundle '%s' is served here; served are %s".formatted(observation.getBundle(), served);
  }

  /** The errors that the measurements of an observation share. */
  static List<SharedError> sharedErrors(Observation observation) {
    List<SharedError> shared = new ArrayList<>(observation.getSharedErrors().size());
    for (var one : observation.getSharedErrors()) {
      Map<String, Double> coefficients = new HashMap<>();
      for (var entered : one.getCoefficients()) {
        coefficients.put(entered.getMeasurement(), entered.getCoefficient());
      }
      shared.add(new SharedError(one.getError(), one.getIncluded(), coefficients));
    }
    return shared;
  }

  /** Whether a shared error names a measurement twice, so that its coefficient is not known. */
  private static boolean namesTwice(org.sidereus.schemas.SharedError one) {
    return one.getCoefficients().stream()
            .map(entered -> entered.getMeasurement())
            .distinct()
            .count()
        < one.getCoefficients().size();
  }

  /**
   * Puts an observation to bundles. Several bundles may be of different sciences: an observation is
   * not for a bundle of whose observables none was measured. Nor is it for one that misses others,
   * if another bundle infers it. It is rejected once if it is for none.
   */
  private static DecodedEvent encoded(
      Observation observation,
      Map<String, Measurement> measured,
      List<SharedError> shared,
      List<ServedBundle> addressed) {
    List<ServedBundle> reading =
        addressed.stream().filter(one -> one.reads(measured.keySet())).toList();
    if (reading.isEmpty() && addressed.size() > 1) {
      String detail =
          addressed.stream()
              .map(one -> one.encoder().encode(measured, shared))
              .map(one -> one instanceof Encoding.Refused refused ? refused.detail() : "")
              .collect(Collectors.joining("; ", "it is for none of the bundles: ", ""));
      return new DecodedEvent.Readable(
          observation,
          List.of(),
          List.of(new RejectionCause(RejectionReason.MISSING_OBSERVABLE, detail)));
    }
    List<InferenceRequest> requests = new ArrayList<>(addressed.size());
    List<RejectionCause> rejections = new ArrayList<>();
    List<RejectionCause> missing = new ArrayList<>();
    for (ServedBundle bundle : reading.isEmpty() ? addressed : reading) {
      Encoding encoding = bundle.encoder().encode(measured, shared);
      if (encoding instanceof Encoding.Row row) {
        requests.add(new InferenceRequest(bundle, row.features()));
      } else if (encoding instanceof Encoding.Refused refused) {
        String detail = Refusal.sentence(refused, missing(observation), measured.isEmpty());
        if (addressed.size() > 1) {
          detail = "bundle '%s': %s".formatted(bundle.name(), detail);
        }
        RejectionCause cause = new RejectionCause(RejectionCause.reason(refused.reason()), detail);
        (cause.reason() == RejectionReason.MISSING_OBSERVABLE ? missing : rejections).add(cause);
      }
    }
    if (requests.isEmpty()) {
      rejections.addAll(missing);
    }
    return new DecodedEvent.Readable(observation, requests, rejections);
  }

  /** Why quantities are missing, as the catalogue says it, by name. */
  private static Map<String, String> missing(Observation observation) {
    Map<String, String> reasons = new LinkedHashMap<>();
    observation.getMissing().forEach(one -> reasons.put(one.getQuantity(), one.getReason()));
    return reasons;
  }

  private static DecodedEvent rejected(RejectionReason reason, String detail) {
    return new DecodedEvent.Unreadable(new RejectionCause(reason, detail), Optional.empty());
  }

  private static DecodedEvent rejected(Observation read, RejectionReason reason, String detail) {
    return new DecodedEvent.Unreadable(new RejectionCause(reason, detail), Optional.of(read));
  }
}
