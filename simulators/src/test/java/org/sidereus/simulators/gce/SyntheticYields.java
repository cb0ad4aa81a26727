package org.sidereus.simulators.gce;

import java.util.List;

/** Made-up yields, so that properties of the model can be tested without the tables of others. */
final class SyntheticYields {
  // H, He, C, N, O, Ne, Mg, Si, Fe; each sums to 0
  private static final double[] SUPERNOVA_II = {
    -0.110, 0.030, 0.005, 0.001, 0.050, 0.010, 0.005, 0.005, 0.004
  };
  private static final double[] AGB = {-0.023, 0.020, 0.002, 0.001, 0, 0, 0, 0, 0};
  private static final double[] SUPERNOVA_IA = {0, 0, 0.05, 0, 0.14, 0.005, 0.01, 0.15, 0.74};
  static final double SUPERNOVA_IA_MSUN = 1.37;

  private SyntheticYields() {}

  static GceModel model(double accretion) {
    return model(accretion, SUPERNOVA_II);
  }

  /** A model whose massive stars bind nitrogen instead of making it. */
  static GceModel modelThatBindsNitrogen() {
    double[] net = SUPERNOVA_II.clone();
    net[Element.N.ordinal()] = -1e-3;
    return model(0, net);
  }

  private static GceModel model(double accretion, double[] supernovaII) {
    MassGrid grid = new MassGrid();
    YieldTable poor = supernovae(grid, 0, supernovaII);
    YieldTable rich = supernovae(grid, 0.02, supernovaII);
    YieldTable agb =
        new YieldTable(
            grid,
            0.01,
            1,
            8,
            new double[] {1, 3},
            new double[][] {AGB, AGB},
            new double[] {0.5, 0.8});
    return new GceModel(
        "synthetic",
        grid,
        new YieldSet(
            new YieldChannel(List.of(poor, rich)),
            new YieldChannel(List.of(agb)),
            new SupernovaIaYield(SUPERNOVA_IA_MSUN, SUPERNOVA_IA)),
        accretion);
  }

  private static YieldTable supernovae(MassGrid grid, double metallicity, double[] net) {
    return new YieldTable(
        grid,
        metallicity,
        8,
        100,
        new double[] {10, 25, 60},
        new double[][] {net, net, net},
        new double[] {0.85, 0.9, 0.9});
  }
}
