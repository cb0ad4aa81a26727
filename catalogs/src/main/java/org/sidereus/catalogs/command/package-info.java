/** The command {@code infer} and the options of all commands that read a catalogue. */
package org.sidereus.catalogs.command;
