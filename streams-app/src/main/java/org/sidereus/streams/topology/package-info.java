/** The Kafka Streams topology: the intake infers observations, the combination merges groups. */
package org.sidereus.streams.topology;
