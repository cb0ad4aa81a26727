/** How state, memory and time grow with the number of objects and with time. */
package org.sidereus.integration.growth;
