/** Inference of a catalogue without a stream: objects in, tables of posteriors out. */
package org.sidereus.catalogs.infer;
