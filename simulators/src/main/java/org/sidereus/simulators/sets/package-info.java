/** Training sets and what is made of them: scaled batches for emulators and flows. */
package org.sidereus.simulators.sets;
