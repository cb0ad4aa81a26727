package org.sidereus.simulators.sed;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.DoubleUnaryOperator;
import java.util.stream.DoubleStream;
import org.sidereus.engine.bundle.Derived;
import org.sidereus.networks.Formula;
import org.sidereus.simulators.model.DerivedQuantity;

/**
 * Derived quantities of a galaxy's history: shares of the four components, star formation rate over
 * the last Gyr, age and metallicity weighted by the mass formed.
 *
 * <p>The histories are those of PROVABGS: components linear between the times of their table and
 * beyond them, in bins of time before the observation with edges at 0 and 10^(6.05 + 0.1 k) years
 * up to the age of the universe, over which metallicity and age are constant. Two things differ:
 * the burst has its own age and not that of the middle of its bin, and the bins of the last 0.1 Gyr
 * are one for the metallicity. What depends on the redshift alone is a polynomial of it.
 */
final class StellarContent {
  private static final int EDGES = 41;
  private static final double YOUNG_GYR = 0.1;
  private static final double RECENT_GYR = 1;

  /** Keeps a logarithm finite where next to nothing was formed. */
  private static final double SMALLEST_SHARE = 1e-8;

  private final Histories histories;
  private final Cosmology cosmology;
  private final Formula mass = new Formula.Input(0);
  private final Formula burst = new Formula.Input(4);
  private final Formula burstGyr = new Formula.Input(5);
  private final Formula gamma1 = new Formula.Power10(new Formula.Input(6));
  private final Formula gamma2 = new Formula.Power10(new Formula.Input(7));
  private final List<Formula> shares = shares();

  StellarContent(Histories histories, Cosmology cosmology) {
    this.histories = histories;
    this.cosmology = cosmology;
  }

  /** All quantities. */
  List<DerivedQuantity> quantities() {
    List<DerivedQuantity> all = new ArrayList<>();
    for (int i = 0; i < shares.size(); i++) {
      all.add(quantity("beta" + (i + 1), "", shares.get(i)));
    }
    all.add(quantity("gamma1", "", gamma1));
    all.add(quantity("gamma2", "", gamma2));
    Formula formed = weighted(i -> z -> histories.formed(i, 0, cosmology.ageGyr(z)));
    Formula seen =
        new Formula.Product(
            burst, new Formula.Below(burstGyr, ofRedshift(z -> cosmology.ageGyr(z))));
    Formula rest = sum(1, List.of(seen), -1);
    Formula ratio = new Formula.Quotient(rest, formed);
    Formula recent =
        plus(
            new Formula.Product(ratio, weighted(i -> z -> histories.formed(i, 0, RECENT_GYR))),
            new Formula.Product(seen, new Formula.Below(burstGyr, constant(RECENT_GYR))));
    Formula logRate =
        sum(
            -9 - Math.log10(RECENT_GYR),
            List.of(mass, new Formula.Log10(new Formula.Bounded(recent, SMALLEST_SHARE, 1))),
            1,
            1);
    all.add(quantity("log10_SFR_1Gyr", "log10(Msun/yr)", logRate));
    Formula age =
        plus(
            new Formula.Product(ratio, weighted(i -> z -> ageSum(i, z))),
            new Formula.Product(seen, burstGyr));
    all.add(quantity("age_MW_Gyr", "Gyr", age));
    Formula metals =
        plus(
            new Formula.Product(ratio, metals()),
            new Formula.Product(seen, metallicity(metalCurve(0), metalCurve(1))));
    all.add(quantity("log10_Z_MW", "", new Formula.Log10(metals)));
    return all;
  }

  private static DerivedQuantity quantity(String name, String unit, Formula formula) {
    return new DerivedQuantity(new Derived(name, unit), formula);
  }

  private static List<Formula> shares() {
    List<Formula> shares = new ArrayList<>();
    Formula left = null;
    for (int i = 1; i <= 3; i++) {
      Formula stick = new Formula.Input(i);
      Formula broken = sum(1, List.of(stick), -1);
      shares.add(left == null ? broken : new Formula.Product(left, broken));
      left = left == null ? stick : new Formula.Product(left, stick);
    }
    shares.add(left);
    return shares;
  }

  private static Formula sum(double constant, List<Formula> terms, double... weights) {
    return new Formula.Sum(terms, DoubleStream.of(weights).boxed().toList(), constant);
  }

  /** A number, as a polynomial without a slope. */
  private static Formula constant(double value) {
    return new Formula.Polynomial(OfRedshift.REDSHIFT, List.of(value));
  }

  private static Formula plus(Formula left, Formula right) {
    return sum(0, List.of(left, right), 1, 1);
  }

  private interface OfComponent {
    DoubleUnaryOperator of(int component);
  }

  /** The sum over the components of their share times a function of the redshift. */
  private Formula weighted(OfComponent function) {
    List<Formula> terms = new ArrayList<>();
    for (int i = 0; i < shares.size(); i++) {
      terms.add(new Formula.Product(shares.get(i), ofRedshift(function.of(i))));
    }
    return new Formula.Sum(terms, terms.stream().map(term -> 1.0).toList(), 0);
  }

  /** Mass times age of one component. */
  private double ageSum(int component, double z) {
    double[] edges = edges(cosmology.ageGyr(z));
    double sum = 0;
    for (int b = 1; b < edges.length; b++) {
      double middle = 0.5 * (edges[b - 1] + edges[b]);
      sum += middle * histories.formed(component, edges[b - 1], edges[b]);
    }
    return sum;
  }

  private static double[] edges(double ageGyr) {
    double[] edges = new double[EDGES + 2];
    for (int k = 0; k < EDGES; k++) {
      edges[k + 1] = Math.pow(10, 6.05 + 0.1 * k - 9);
    }
    edges[EDGES + 1] = ageGyr;
    return edges;
  }

  /** The sum over the bins of the mass formed times the metallicity. */
  private Formula metals() {
    double[] all = edges(cosmology.ageGyr(0));
    int first = 1;
    while (all[first] < YOUNG_GYR) {
      first++;
    }
    List<Formula> terms = new ArrayList<>();
    terms.add(metals(0, all[first]));
    for (int b = first + 1; b < all.length - 1; b++) {
      terms.add(metals(all[b - 1], all[b]));
    }
    double last = all[all.length - 2];
    terms.add(
        new Formula.Product(
            weighted(i -> z -> histories.formed(i, last, cosmology.ageGyr(z))),
            metallicity(
                ofRedshift(z -> histories.metals(0, 0.5 * (last + cosmology.ageGyr(z)))),
                ofRedshift(z -> histories.metals(1, 0.5 * (last + cosmology.ageGyr(z)))))));
    return new Formula.Sum(terms, terms.stream().map(term -> 1.0).toList(), 0);
  }

  private Formula metals(double from, double to) {
    List<Double> weights = new ArrayList<>();
    for (int i = 0; i < shares.size(); i++) {
      weights.add(histories.formed(i, from, to));
    }
    double middle = 0.5 * (from + to);
    Formula metallicity =
        new Formula.Bounded(
            sum(
                0,
                List.of(gamma1, gamma2),
                histories.metals(0, middle),
                histories.metals(1, middle)),
            Histories.LOWEST_METALLICITY,
            Histories.HIGHEST_METALLICITY);
    return new Formula.Product(new Formula.Sum(shares, weights, 0), metallicity);
  }

  private Formula metallicity(Formula first, Formula second) {
    return new Formula.Bounded(
        plus(new Formula.Product(gamma1, first), new Formula.Product(gamma2, second)),
        Histories.LOWEST_METALLICITY,
        Histories.HIGHEST_METALLICITY);
  }

  private Formula metalCurve(int component) {
    return new Formula.Curve(
        burstGyr,
        Arrays.stream(histories.timesGyr()).boxed().toList(),
        Arrays.stream(histories.timesGyr())
            .map(gyr -> histories.metals(component, gyr))
            .boxed()
            .toList());
  }

  private Formula ofRedshift(DoubleUnaryOperator function) {
    return OfRedshift.polynomial(function);
  }
}
