package org.sidereus.engine.combination;

/**
 * The share of the combined objects of a group that do not have the value of a shared parameter
 * which the others have in common, and that value if such outliers are allowed for. The array is
 * not copied; do not change it.
 *
 * @param parameter name of the shared parameter
 * @param share posterior mean of the share
 * @param shareQuantiles [5]: its quantiles at {@link FactorizedPosterior#LEVELS}
 * @param logBayesFactor natural logarithm of the evidence for a share of outliers over that for
 *     none
 * @param mean posterior mean of the common value, in the parameter's unit
 * @param sd its standard deviation, in the parameter's unit
 */
public record OutlierShare(
    String parameter,
    double share,
    double[] shareQuantiles,
    double logBayesFactor,
    double mean,
    double sd) {}
