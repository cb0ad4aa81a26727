/** {@code sidereus bench stream}: throughput and latency of the whole stream. */
package org.sidereus.benchmarks.stream;
