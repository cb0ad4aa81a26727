/** The command {@code sidereus export}. */
package org.sidereus.exporter.command;
