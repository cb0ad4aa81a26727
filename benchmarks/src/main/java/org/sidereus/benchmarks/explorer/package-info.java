/** Scale of the explorer: many posteriors, and the time of its pages. */
package org.sidereus.benchmarks.explorer;
