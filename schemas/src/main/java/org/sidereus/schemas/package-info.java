/**
 * The contracts of Sidereus: the Avro records that cross Kafka (generated from {@code
 * src/main/avro}) and the names of the topics that carry them.
 */
package org.sidereus.schemas;
