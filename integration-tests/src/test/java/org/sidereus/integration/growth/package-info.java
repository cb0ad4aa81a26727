/** The growth of state, memory and time with the number of objects and with the length of a run. */
package org.sidereus.integration.growth;
