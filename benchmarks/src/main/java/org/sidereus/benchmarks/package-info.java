/**
 * What the benchmarks of all modules share: a yardstick that is run beside each, and the accepted
 * figures.
 */
package org.sidereus.benchmarks;
