package org.sidereus.benchmarks.stream;

/**
 * What a steady rate of events gave.
 *
 * @param processors processor time of the process in each second, with broker and readers
 */
record SteadyRun(LatencyParts latencies, double processors) {}
