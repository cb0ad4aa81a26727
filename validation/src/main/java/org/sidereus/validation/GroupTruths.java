package org.sidereus.validation;

/**
 * Where the truth of each mock group lies in its posterior.
 *
 * @param truths true values, in the parameter's unit, one for each group
 * @param residuals (group mean - truth) / group standard deviation, one for each group
 * @param ranks share of the posterior below the truth, by its quantiles, one for each group
 */
public record GroupTruths(double[] truths, double[] residuals, double[] ranks) {}
