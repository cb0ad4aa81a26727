/**
 * Avro records in Kafka, framed by the id of their schema in a Schema Registry.
 *
 * <p>The wire format, the REST calls, the subjects and the configuration keys are those of
 * Confluent's registry, so that any client of such a registry reads what this package writes, and
 * this package reads what such a client writes.
 *
 * <p>There are two kinds of failures, and they need opposite handling. An {@link
 * org.sidereus.schemas.registry.UndecodableEventException} comes from the event: it fails again, so
 * reject the event. A {@link org.sidereus.schemas.registry.RegistryException} comes from the
 * registry: the event may be valid, so keep it, and try again where {@link
 * org.sidereus.schemas.registry.RegistryException#isRetriable()}.
 */
package org.sidereus.schemas.registry;
