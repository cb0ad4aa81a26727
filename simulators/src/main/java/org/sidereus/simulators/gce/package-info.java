/**
 * Chemical evolution of a galaxy in one zone, seen in the abundances of one star: the model of
 * {@code docs/science/simulator.md}, whose sections are cited where a rule is surprising.
 */
package org.sidereus.simulators.gce;
