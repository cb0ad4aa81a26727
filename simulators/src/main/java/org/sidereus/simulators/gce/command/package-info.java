/** The science case {@code gce} on the command line. */
package org.sidereus.simulators.gce.command;
