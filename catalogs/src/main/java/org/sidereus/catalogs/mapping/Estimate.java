package org.sidereus.catalogs.mapping;

/**
 * A quantity and its uncertainty.
 *
 * @param value the value
 * @param error its standard deviation, in the same unit; 0: exact, or its error is given elsewhere
 */
public record Estimate(double value, double error) {}
