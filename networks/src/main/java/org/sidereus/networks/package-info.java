/**
 * Trained networks as they lie on disk: a JSON specification of the shape and a safetensors file of
 * the weights. The trainer writes them, the exporter reads them.
 */
package org.sidereus.networks;
