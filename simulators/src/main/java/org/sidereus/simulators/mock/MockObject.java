package org.sidereus.simulators.mock;

/**
 * A made-up object.
 *
 * @param inputs true parameters and covariates [D + C]
 * @param observed observables with noise [M]
 */
record MockObject(double[] inputs, double[] observed) {}
