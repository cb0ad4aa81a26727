/** Throughput of the inference engine on bundles of known size. */
package org.sidereus.benchmarks.engine;
