/** Runs of forward models: draws, threads, random numbers, and files of inputs and results. */
package org.sidereus.simulators.run;
