/**
 * Flows and emulators as ONNX graphs of plain {@code ai.onnx} operators in float32.
 *
 * <p>In the posterior graph the samples are the last, contiguous axis: a layer is {@code weight
 * [units, inputs] x values [B, inputs, S]}, and the single transposition to {@code theta [B,S,D]}
 * comes at the end.
 */
package org.sidereus.exporter.onnx;
