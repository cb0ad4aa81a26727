/** The command explore. */
package org.sidereus.explorer.command;
