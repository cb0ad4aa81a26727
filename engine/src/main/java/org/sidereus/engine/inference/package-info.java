/** Evaluation of the graphs of a bundle: measurements in, posteriors out. */
package org.sidereus.engine.inference;
