/** Training sets, the designs that they are drawn from, and what surveys observe of them. */
package org.sidereus.simulators.sets;
