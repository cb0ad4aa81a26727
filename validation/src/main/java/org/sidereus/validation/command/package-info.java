/** The command {@code validate}. */
package org.sidereus.validation.command;
