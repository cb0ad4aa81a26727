/** The brokers as the service sees them: the connection, its limits of time, end offsets. */
package org.sidereus.streams.brokers;
