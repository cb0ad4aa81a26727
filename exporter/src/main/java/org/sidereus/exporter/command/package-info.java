/** The commands {@code sidereus export} and {@code sidereus bench engine}. */
package org.sidereus.exporter.command;
