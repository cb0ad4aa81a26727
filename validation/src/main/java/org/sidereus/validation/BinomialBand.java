package org.sidereus.validation;

/**
 * The sampling noise of shares and mean squares of n mock groups. If the noise is larger than a
 * tolerance, a good bundle would fail by chance. The larger one of the two is then the limit.
 */
final class BinomialBand {
  /** Two-sided 99 % of a normal distribution. */
  static final double Z_99 = 2.575829;

  private BinomialBand() {}

  /** Half the width of the 99 % band of a share. */
  static double ofShare(double share, int n) {
    return Z_99 * Math.sqrt(share * (1 - share) / n);
  }

  /** Half the width of the 99 % band of the root mean square of n standard normal numbers. */
  static double ofRms(int n) {
    return Z_99 / Math.sqrt(2.0 * n);
  }
}
