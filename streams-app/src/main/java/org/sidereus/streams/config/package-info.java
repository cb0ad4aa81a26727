/** The configuration of the service and the settings of Kafka's clients that follow from it. */
package org.sidereus.streams.config;
