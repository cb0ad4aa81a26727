/** The commands {@code run}, {@code publish}, {@code replay} and {@code watch}. */
package org.sidereus.streams.command;
