package org.sidereus.engine.combination;

/**
 * Nodes at which a density is integrated. The arrays are not copied; do not change them.
 *
 * @param z standardised coordinates [K][L]
 * @param first place of each node along the first direction [L]
 * @param border whether a node is in the outermost shell of the ellipsoid [L]
 * @param volume of the cell of each node [L], over a unit
 * @param logUnit logarithm of the unit, in powers of the ellipsoid's unit
 */
record PlacedNodes(double[][] z, int[] first, boolean[] border, double[] volume, double logUnit) {}
