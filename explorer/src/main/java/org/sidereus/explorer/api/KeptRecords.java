package org.sidereus.explorer.api;

import org.apache.kafka.common.serialization.Deserializer;
import org.sidereus.explorer.follow.TopicFollower;
import org.sidereus.explorer.store.ExplorerDatabase;
import org.sidereus.schemas.Observation;

/**
 * The records of the topics, and how they are read.
 *
 * @param database with the records that the explorer keeps, as they were published
 * @param decoders of these records
 * @param observations decoder of the events that were rejected
 * @param reading of the observations, which the explorer does not keep
 */
public record KeptRecords(
    ExplorerDatabase database,
    TopicFollower.Decoders decoders,
    Deserializer<Observation> observations,
    ObservationReading reading) {}
