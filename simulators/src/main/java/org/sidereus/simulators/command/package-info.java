/** The commands {@code simulate} and {@code mock}. */
package org.sidereus.simulators.command;
