package org.sidereus.simulators.gce;

/**
 * What one supernova Ia ejects.
 *
 * @param ejectedMass mass of all its ejecta, Msun; only 80 % is in the elements of this model
 * @param elements ejected mass [9] of the elements, Msun, order of {@link Element}
 */
record SupernovaIaYield(double ejectedMass, double[] elements) {}
