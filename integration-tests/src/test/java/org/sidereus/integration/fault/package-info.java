/**
 * The guarantees: what the service promises while processes die, brokers and registries go away,
 * and instances come and go.
 */
package org.sidereus.integration.fault;
