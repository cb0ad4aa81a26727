package org.sidereus.simulators.gce;

/**
 * The elements that the gas is made of; nothing else enters a gas mass. Atomic masses in atomic
 * units; solar log abundances log10(N_X / N_H) + 12 of the photosphere, Asplund et al. (2009),
 * table 1.
 */
enum Element {
  H("H", 1.00794, 12.00),
  HE("He", 4.002602, 10.93),
  C("C", 12.0107, 8.43),
  N("N", 14.0067, 7.83),
  O("O", 15.9994, 8.69),
  NE("Ne", 20.1797, 7.93),
  MG("Mg", 24.305, 7.60),
  SI("Si", 28.0855, 7.51),
  FE("Fe", 55.845, 7.50);

  /** Number of elements. */
  static final int COUNT = 9;

  /** Index of the first metal; all elements from here on are metals. */
  static final int FIRST_METAL = 2;

  final String symbol;
  final double atomicMass;
  final double solarAbundance;

  Element(String symbol, double atomicMass, double solarAbundance) {
    this.symbol = symbol;
    this.atomicMass = atomicMass;
    this.solarAbundance = solarAbundance;
  }
}
