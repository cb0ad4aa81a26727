package org.sidereus.engine.inference;

/**
 * A posterior compared with the likelihood of the observation. All expectations are weighted by
 * prior times likelihood over flow density, also where they were too uneven to correct the
 * posterior.
 *
 * @param effectiveSampleSize Kish's (1965) effective number of samples, 1 / sum of the squares of
 *     the normalised weights; between 1 and the number of samples; 1 where chi-square is so large
 *     (above 1e5) that the weights have lost their digits
 * @param logEvidence natural logarithm of the evidence p(x) in inverse units of the measured
 *     quantities: the logarithm of the mean weight
 * @param chiSquare posterior mean of the sum of squared residuals in units of their errors
 * @param pValue posterior predictive p-value of chi-square: the probability that a repeated
 *     observation of the same object is farther from its prediction
 * @param measured number of measured quantities, the degrees of freedom of a repeated observation's
 *     chi-square
 */
public record LikelihoodCheck(
    double effectiveSampleSize,
    double logEvidence,
    double chiSquare,
    double pValue,
    int measured) {}
