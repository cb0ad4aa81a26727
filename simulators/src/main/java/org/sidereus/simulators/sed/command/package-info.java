/** The science case {@code sed} on the command line. */
package org.sidereus.simulators.sed.command;
