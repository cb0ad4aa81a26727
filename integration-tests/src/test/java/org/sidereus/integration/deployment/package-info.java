/** The files by which the service is deployed. */
package org.sidereus.integration.deployment;
