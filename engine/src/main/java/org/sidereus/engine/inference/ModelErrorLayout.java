package org.sidereus.engine.inference;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.sidereus.engine.bundle.EmulatorError;
import org.sidereus.engine.bundle.GaussianTerms;
import org.sidereus.engine.bundle.Manifest;
import org.sidereus.engine.bundle.Parameter;
import org.sidereus.engine.bundle.Role;

/**
 * Errors of the model that the objects of a group have in common, and the places in a vector of
 * what an object says of them. The errors are: one offset of each measured quantity (measured minus
 * true, in its unit), then one shift of each local parameter (of the mean of its normal score, in
 * standard deviations of the prior).
 *
 * <p>With h the H errors and z the K standardised shared parameters, the object's log likelihood is
 * near h = 0
 *
 * <pre>  log L(z, h) = log L(z, 0) + (g + B z)' h - h' I h / 2
 * </pre>
 *
 * <p>The vector has, for each error, a count and the information that the object would have if its
 * parameters were known; then g, the rows of B, and the lower triangle of I. Immutable.
 *
 * @param errors the errors [H], offsets first
 * @param offsets number of offsets
 * @param shared K
 */
public record ModelErrorLayout(List<Name> errors, int offsets, int shared) {

  /**
   * What an error belongs to.
   *
   * @param name of the observable or parameter
   * @param unit of the error; empty if it has none
   */
  public record Name(String name, String unit) {}

  public ModelErrorLayout {
    errors = List.copyOf(errors);
  }

  /** The layout of a bundle; null where its likelihood is not known or nothing is shared. */
  public static @Nullable ModelErrorLayout of(Manifest manifest) {
    GaussianTerms terms = GaussianTerms.of(manifest).orElse(null);
    int shared = manifest.sharedParameters().size();
    if (terms == null || shared == 0) {
      return null;
    }
    List<Name> errors = new ArrayList<>();
    for (GaussianTerms.Term term : terms.terms()) {
      if (term.ofParameter()) {
        Parameter parameter = manifest.parameters().get(term.index());
        errors.add(new Name(parameter.name(), parameter.unit()));
      } else {
        errors.add(
            new Name(
                manifest.observables().get(term.index()).name(),
                manifest.observables().get(term.index()).unit()));
      }
    }
    int offsets = errors.size();
    for (Parameter parameter : manifest.parameters()) {
      if (parameter.role() == Role.LOCAL) {
        errors.add(new Name(parameter.name(), ""));
      }
    }
    return new ModelErrorLayout(errors, offsets, shared);
  }

  /** The emulator's error of each offset, in its unit; 0 where it is not known, or is none. */
  public List<EmulatorError> emulatorErrors(Manifest manifest) {
    List<EmulatorError> found = new ArrayList<>();
    List<GaussianTerms.Term> terms =
        GaussianTerms.of(manifest).map(GaussianTerms::terms).orElse(List.of());
    for (GaussianTerms.Term term : terms) {
      EmulatorError known =
          term.ofParameter() ? null : manifest.observables().get(term.index()).emulatorError();
      found.add(known == null ? EmulatorError.constant(0) : known);
    }
    return found;
  }

  /** Number of errors, H. */
  public int size() {
    return errors.size();
  }

  /** Number of entries of the vector. */
  public int length() {
    return information(size(), 0);
  }

  /** Place of the number of objects that say something of error h. */
  public int count(int h) {
    return h;
  }

  /** Place of the information on error h where all parameters are known. */
  public int complete(int h) {
    return size() + h;
  }

  /** Place of entry h of g. */
  public int score(int h) {
    return 2 * size() + h;
  }

  /** Place of the entry of B of error h and shared parameter k. */
  public int slope(int h, int k) {
    return 3 * size() + h * shared + k;
  }

  /** Place of an entry of the information, which is symmetric. */
  public int information(int h, int other) {
    int row = Math.max(h, other);
    return (3 + shared) * size() + row * (row + 1) / 2 + Math.min(h, other);
  }
}
