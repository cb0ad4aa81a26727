<<<<<<< HEAD
/** Rules for the whole checkout: dependencies and vocabulary. */
=======
/** Rules between packages and modules, and what the class paths of the modules hold. */
>>>>>>> build
package org.sidereus.integration.architecture;
