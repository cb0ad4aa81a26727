/** Networks to bundles: graphs, parity check, manifest. */
package org.sidereus.exporter.bundle;
