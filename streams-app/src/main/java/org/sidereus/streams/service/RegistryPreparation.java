package org.sidereus.streams.service;

import java.time.Instant;
import java.util.List;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.common.errors.InterruptException;
import org.sidereus.engine.SidereusException;
import org.sidereus.schemas.GroupPosterior;
import org.sidereus.schemas.ObjectPosterior;
import org.sidereus.schemas.PosteriorSamples;
import org.sidereus.schemas.Rejection;
import org.sidereus.schemas.RejectionReason;
import org.sidereus.schemas.Source;
import org.sidereus.schemas.Topics;
import org.sidereus.schemas.registry.RegistryException;
import org.sidereus.schemas.registry.SerdeFactory;
import org.sidereus.streams.config.ServiceConfig;

/**
 * Registers the schemas of the service's output before the service starts. A registry that is
 * absent later does not stop the output.
 */
public final class RegistryPreparation {
  private static final long PAUSE_MS = 250;

  private final ServiceConfig config;

  public RegistryPreparation(ServiceConfig config) {
    this.config = config;
  }

  /**
   * Serdes whose schemas are registered.
   *
   * @throws SidereusException if the registry cannot be reached or refuses
   */
  public SerdeFactory prepare() {
    SerdeFactory serdes = serdes(config);
    long deadlineNs = System.nanoTime() + config.startupTimeout().toNanos();
    while (true) {
      try {
        register(serdes);
        return serdes;
      } catch (KafkaException e) {
        boolean permanent = e instanceof RegistryException known && !known.isRetriable();
        if (permanent || System.nanoTime() > deadlineNs) {
          throw new SidereusException(String.valueOf(e.getMessage()), e);
        }
      }
      try {
        Thread.sleep(PAUSE_MS);
      } catch (InterruptedException e) {
        throw new InterruptException("interrupted while waiting for the registry", e);
      }
    }
  }

  /** Serdes by the configuration; no registry is called yet. */
  public static SerdeFactory serdes(ServiceConfig config) {
    try {
      return SerdeFactory.of(config.registry());
    } catch (ConfigException e) {
      throw new SidereusException(String.valueOf(e.getMessage()), e);
    }
  }

  private void register(SerdeFactory serdes) {
    Topics topics = config.topics();
    Instant time = Instant.EPOCH;
    Source source = new Source(topics.observations(), 0, 0L);
    serdes
        .valueSerde(ObjectPosterior.class)
        .serializer()
        .serialize(
            topics.objectPosteriors(),
            ObjectPosterior.newBuilder()
                .setSurvey("")
                .setObject("")
                .setTime(time)
                .setBundle("")
                .setBundleVersion("")
                .setParameters(List.of())
                .setCovariance(List.of())
                .setSamples(0)
                .setSource(source)
                .build());
    serdes
        .valueSerde(GroupPosterior.class)
        .serializer()
        .serialize(
            topics.groupPosteriors(),
            GroupPosterior.newBuilder()
                .setGroup("")
                .setBundle("")
                .setBundleVersion("")
                .setTime(time)
                .setObjects(0)
                .setParameters(List.of())
                .setCovariance(List.of())
                .build());
    config
        .samplesTopic()
        .ifPresent(
            topic ->
                serdes
                    .valueSerde(PosteriorSamples.class)
                    .serializer()
                    .serialize(
                        topic,
                        PosteriorSamples.newBuilder()
                            .setSurvey("")
                            .setObject("")
                            .setTime(time)
                            .setRevision(0)
                            .setBundle("")
                            .setBundleVersion("")
                            .setParameters(List.of())
                            .setTheta(List.of())
                            .setWeights(List.of())
                            .build()));
    serdes
        .valueSerde(Rejection.class)
        .serializer()
        .serialize(
            topics.rejections(),
            new Rejection(
                RejectionReason.OTHER,
                "",
                topics.observations(),
                0,
                0L,
                time,
                null,
                null,
                null,
                null));
  }
}
