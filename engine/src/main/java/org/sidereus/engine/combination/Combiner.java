package org.sidereus.engine.combination;

import java.util.Set;
import org.sidereus.engine.bundle.Manifest;
import org.sidereus.engine.inference.InferenceException;
import org.sidereus.engine.inference.ObjectFlag;
import org.sidereus.engine.inference.ObjectSummary;
import org.sidereus.engine.polynomial.SharedCoordinates;

/**
 * Combines the posteriors of the objects of a group into one posterior of what they share.
 *
 * <p>What one object says is a vector (its contribution), and what a group says is the sum of the
 * vectors. Hence the order of objects does not matter, partial sums merge, and a corrected object
 * replaces its earlier contribution. Implementations MUST be safe for threads and without state.
 */
public interface Combiner {

  /** The combiner of a bundle, by polynomials; flagged objects are left out. */
  static Combiner of(Manifest manifest) {
    return of(manifest, CombinationMethod.POLYNOMIAL);
  }

  /** The combiner of a bundle; flagged objects are left out. */
  static Combiner of(Manifest manifest, CombinationMethod method) {
    return of(manifest, method, FlaggedObjects.LEAVE_OUT);
  }

  /**
   * The combiner of a bundle.
   *
   * @param method one of {@link CombinationMethod#choices()}; polynomials are for 1 to {@value
   *     SharedCoordinates#MOST_PARAMETERS} shared parameters; other bundles are combined in the
   *     Gaussian approximation in every case
   * @param flagged how flagged objects are treated
   */
  static Combiner of(Manifest manifest, CombinationMethod method, FlaggedObjects flagged) {
    if (!CombinationMethod.choices().contains(method)) {
      throw new IllegalArgumentException("groups are not combined by the method " + method);
    }
    int shared = manifest.sharedParameters().size();
    boolean polynomial =
        method == CombinationMethod.POLYNOMIAL
            && shared > 0
            && shared <= SharedCoordinates.MOST_PARAMETERS;
    return new GroupCombiner(
        manifest,
        polynomial ? new PolynomialFactorization(manifest) : new GaussianFactorization(manifest),
        flagged);
  }

  /** Number of entries of a contribution. */
  int length();

  /**
   * Identity of the layout of contributions: the method, its degree, what becomes of flagged
   * objects, and the shared parameters with the units in which they are summed. Sums of two layouts
   * MUST NOT be mixed. One line of text; it is stored with the state of the stream and compared at
   * start.
   */
  String layout();

  /**
   * What one object's posterior says beyond the prior; of an object that is left out, its evidence
   * and its counters alone.
   *
   * @return a new vector of {@link #length()} finite entries
   * @throws InferenceException if the posterior is degenerate (no variance in some direction)
   */
  double[] contribution(ObjectSummary posterior);

  /** The flags for which an object is left out; none if it is combined. */
  Set<ObjectFlag> leftOut(double[] contribution);

  /**
   * What is known of a group.
   *
   * @param objects number of contributions in the sum, at least 0, with those of objects that are
   *     left out; without any object that is combined the prior is the result
   * @param sum [length()] sum of the contributions
   */
  GroupSummary combine(long objects, double[] sum);

  /** What is known of a group. */
  default GroupSummary combine(GroupState state) {
    return combine(state.objects(), state.sum());
  }
}
