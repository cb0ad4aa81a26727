/** Broker, registry and service for tests, and clients that use only the contracts. */
package org.sidereus.integration.environment;
