/** The command {@code demo}. */
package org.sidereus.demo.command;
