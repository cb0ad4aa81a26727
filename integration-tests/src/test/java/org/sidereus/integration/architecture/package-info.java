/** Rules for the whole checkout: dependencies and vocabulary. */
package org.sidereus.integration.architecture;
