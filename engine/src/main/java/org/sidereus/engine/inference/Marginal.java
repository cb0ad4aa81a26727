package org.sidereus.engine.inference;

/**
 * The posterior of one quantity, in its unit.
 *
 * @param mean mean
 * @param sd standard deviation
 * @param quantiles the 16, 50 and 84 % quantiles; not copied
 */
public record Marginal(double mean, double sd, double[] quantiles) {}
