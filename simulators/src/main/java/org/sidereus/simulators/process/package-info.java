/**
 * Simulators outside of the program: processes in any language that read inputs and write
 * observables over pipes, and forward models of other jars. The page of the protocol is {@code
 * docs/reference/simulator.md}.
 */
package org.sidereus.simulators.process;
