package org.sidereus.simulators.run;

import java.util.SplittableRandom;
import java.util.random.RandomGenerator;

/**
 * Random generators addressed by what they are for: the same seed, purpose and index always give
 * the same numbers, whichever thread asks and in whatever order.
 *
 * @param seed seed of a whole training
 */
public record RandomStreams(long seed) {
  private static final long GOLDEN_GAMMA = 0x9E3779B97F4A7C15L;

  /**
   * The generator of one piece of work.
   *
   * @param purpose what the numbers are for; different purposes have independent numbers
   * @param index which piece
   */
  public RandomGenerator at(String purpose, long index) {
    return new SplittableRandom(seedOf(purpose, index));
  }

  /** A seed for one piece of work. */
  public long seedOf(String purpose, long index) {
    long hash = mix(seed + GOLDEN_GAMMA);
    for (int i = 0; i < purpose.length(); i++) {
      hash = mix(hash ^ purpose.charAt(i));
    }
    return mix(hash ^ mix(index + GOLDEN_GAMMA));
  }

  /** The finaliser of SplitMix64 (Steele, Lea and Flood 2014, variant 13 of Stafford). */
  private static long mix(long value) {
    long z = (value ^ (value >>> 30)) * 0xBF58476D1CE4E5B9L;
    z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
    return z ^ (z >>> 31);
  }
}
