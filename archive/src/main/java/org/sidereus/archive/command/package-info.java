/** The command archive. */
package org.sidereus.archive.command;
