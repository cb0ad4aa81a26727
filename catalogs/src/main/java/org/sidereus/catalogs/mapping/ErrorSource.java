package org.sidereus.catalogs.mapping;

import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Where the error of a column's value comes from. */
public sealed interface ErrorSource {
  /**
   * The standard deviation of a value.
   *
   * @return null if it is not known
   */
  @Nullable Double of(Cells cells);

  /** Columns that are read. */
  default Set<String> columns() {
    return Set.of();
  }

  /** The value is exact, or its error is part of another one. */
  record Exact() implements ErrorSource {
    @Override
    public Double of(Cells cells) {
      return 0.0;
    }
  }

  /** The same standard deviation in all rows. */
  record Constant(double error) implements ErrorSource {
    public Constant {
      if (!(error > 0 && Double.isFinite(error))) {
        throw new IllegalArgumentException("error must be positive and finite but is " + error);
      }
    }

    @Override
    public Double of(Cells cells) {
      return error;
    }
  }

  /** A column holds the standard deviation; one that is not positive is unknown. */
  record StandardDeviation(String column) implements ErrorSource {
    @Override
    public @Nullable Double of(Cells cells) {
      Double error = cells.number(column, column);
      return error != null && error > 0 && Double.isFinite(error) ? error : null;
    }

    @Override
    public Set<String> columns() {
      return Set.of(column);
    }
  }

  /** A column holds the inverse of the variance; one that is not positive is unknown. */
  record InverseVariance(String column) implements ErrorSource {
    @Override
    public @Nullable Double of(Cells cells) {
      Double inverse = cells.number(column, column);
      return inverse != null && inverse > 0 && Double.isFinite(inverse)
          ? (Double) (1 / Math.sqrt(inverse))
          : null;
    }

    @Override
    public Set<String> columns() {
      return Set.of(column);
    }
  }

  /** The error where a source knows none. */
  record OrElse(ErrorSource first, double otherwise) implements ErrorSource {
    public OrElse {
      if (!(otherwise > 0 && Double.isFinite(otherwise))) {
        throw new IllegalArgumentException(
            "no_error must be positive and finite but is " + otherwise);
      }
    }

    @Override
    public @Nullable Double of(Cells cells) {
      Double error = first.of(cells);
      return error == null ? (Double) otherwise : error;
    }

    @Override
    public Set<String> columns() {
      return first.columns();
    }
  }
}
