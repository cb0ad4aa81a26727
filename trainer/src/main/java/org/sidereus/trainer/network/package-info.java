/**
 * Emulators and flows as differentiable functions of one vector of weights, on the tensor library.
 */
package org.sidereus.trainer.network;
