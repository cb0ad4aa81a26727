/**
 * The program {@code sidereus}: its command line, the index of its commands and progress on the
 * terminal.
 */
package org.sidereus.cli;
