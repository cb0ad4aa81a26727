/**
 * The forward model of galaxies: stellar mass, star formation, metals and dust to the spectrum and
 * the magnitudes in the filters of the SDSS. The networks of the spectrum are those of PROVABGS
 * (Hahn et al. 2023); {@code docs/science/sed.md} describes the model.
 */
package org.sidereus.simulators.sed;
