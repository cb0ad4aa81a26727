package org.sidereus.trainer.pipeline;

import java.util.List;
import org.sidereus.networks.Activation;

/**
 * The emulator and its training.
 *
 * @param hidden units of each hidden layer
 * @param activation nonlinearity
 * @param priorShare share of each batch that is drawn from the prior; the rest is from the wide box
 * @param optimiser how it is trained
 */
public record EmulatorSettings(
    List<Integer> hidden, Activation activation, double priorShare, OptimiserSettings optimiser) {}
