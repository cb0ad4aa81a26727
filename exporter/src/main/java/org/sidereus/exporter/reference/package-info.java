/**
 * Flows and emulators evaluated in double precision, one vector at a time, the way the papers write
 * them: the yardstick of the parity check. Slow on purpose; nothing here is shared with the graphs.
 */
package org.sidereus.exporter.reference;
