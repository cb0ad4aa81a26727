/** {@code sidereus bench simulator}: the time of one run of a forward model. */
package org.sidereus.benchmarks.simulator;
