/** Rules between modules and packages, and the words of the project. */
package org.sidereus.integration.architecture;
