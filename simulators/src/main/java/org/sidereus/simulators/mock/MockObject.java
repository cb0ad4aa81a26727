package org.sidereus.simulators.mock;

/**
 * A made-up object.
 *
 * @param inputs true parameters and covariates [D + C]
 * @param observed observables with noise [M]
 * @param errors standard deviations of the noise [M]
 */
record MockObject(double[] inputs, double[] observed, double[] errors) {}
