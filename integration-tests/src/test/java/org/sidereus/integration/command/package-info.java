/** The command line as users see it. */
package org.sidereus.integration.command;
