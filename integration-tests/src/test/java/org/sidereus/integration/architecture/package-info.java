/** Rules between packages and modules, and what the class paths of the modules hold. */
package org.sidereus.integration.architecture;
