/** Broker, registry and service for tests, and what a stranger uses to talk to them. */
package org.sidereus.integration.plant;
