/**
 * Avro records in Kafka, framed by the id of their schema in a Schema Registry.
 *
 * <p>The wire format, the REST calls, the subjects and the configuration keys are those of
 * Confluent's registry, so that any client of such a registry reads what this package writes and
 * the other way round.
 *
 * <p>Faults come in two families that call for opposite answers. An {@link
 * org.sidereus.schemas.registry.UndecodableEventException} is a property of the event: it will fail
 * again, so reject the event. A {@link org.sidereus.schemas.registry.RegistryException} is a
 * property of the surroundings: the event may be perfect, so keep it, and try again where {@link
 * org.sidereus.schemas.registry.RegistryException#isRetriable()}.
 */
package org.sidereus.schemas.registry;
