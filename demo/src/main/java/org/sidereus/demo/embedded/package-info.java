/** A Kafka broker, a schema registry and the service in one process, for the demo and for tests. */
package org.sidereus.demo.embedded;
