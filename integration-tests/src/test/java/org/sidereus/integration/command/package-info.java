/** The command line as its users meet it. */
package org.sidereus.integration.command;
