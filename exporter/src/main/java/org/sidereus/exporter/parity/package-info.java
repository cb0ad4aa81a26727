/** Whether a graph, run in ONNX Runtime, computes what the network it came from says. */
package org.sidereus.exporter.parity;
