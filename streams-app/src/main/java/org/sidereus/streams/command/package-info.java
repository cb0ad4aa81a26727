/**
 * The commands {@code run}, {@code publish}, {@code replay}, {@code watch}, {@code reset} and
 * {@code acls}.
 */
package org.sidereus.streams.command;
