/**
 * The guarantees of the service when processes, brokers, registries and instances fail or restart.
 */
package org.sidereus.integration.fault;
