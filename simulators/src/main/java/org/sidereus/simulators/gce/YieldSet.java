package org.sidereus.simulators.gce;

/**
 * The yields of one run.
 *
 * @param supernovaII core-collapse supernovae, 8 to 100 Msun
 * @param agb asymptotic giant branch stars, 1 to 8 Msun
 * @param supernovaIa thermonuclear supernovae
 */
record YieldSet(YieldChannel supernovaII, YieldChannel agb, SupernovaIaYield supernovaIa) {
  static final double LOWEST_SUPERNOVA_MSUN = 8;
  static final double LOWEST_AGB_MSUN = 1;
}
