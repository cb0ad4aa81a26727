/** What all benchmarks share: a yardstick that is timed with each, and the accepted throughputs. */
package org.sidereus.benchmarks;
