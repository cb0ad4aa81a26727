package org.sidereus.catalogs.mapping;

import java.math.BigInteger;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.sidereus.catalogs.table.Cell;

/**
 * A condition on a row, such as {@code snr > 50 and class in ('STAR', 'QSO') and not flag & 8}. A
 * comparison with a missing value is neither true nor false, as in SQL. Sentinels are missing where
 * numbers are ordered or calculated with; a cell is equal to what it has.
 *
 * @param text as it is written
 */
public record Condition(String text, Node node) {
  private static final Pattern INTEGER = Pattern.compile("-?\\d+");

  /**
   * Reads a condition.
   *
   * @throws IllegalArgumentException if it cannot be read; the message says what is wrong
   */
  public static Condition parse(String text) {
    return new Condition(text, new ConditionParser(text).condition());
  }

  /** Whether it is true in a row. */
  public boolean holds(Cells cells) {
    return Boolean.TRUE.equals(node.truth(cells));
  }

  /** Columns that are read. */
  public Set<String> columns() {
    Set<String> columns = new LinkedHashSet<>();
    node.addColumns(columns);
    return columns;
  }

  /** A part that is true, false or unknown. */
  sealed interface Node {
    /** Null: unknown. */
    @Nullable Boolean truth(Cells cells);

    void addColumns(Set<String> columns);
  }

  /** A number or a text of a row. */
  sealed interface Operand {
    /**
     * The number; null: missing.
     *
     * @param sentinels whether sentinels are missing
     */
    @Nullable Double number(Cells cells, boolean sentinels);

    /** The text; null: it is a number, or missing. */
    @Nullable String text(Cells cells);

    /** Whether this is a text by itself, so that the other side is compared as one. */
    default boolean isText() {
      return false;
    }

    void addColumns(Set<String> columns);
  }

  /** A column. */
  record Column(String name) implements Operand {
    @Override
    public @Nullable Double number(Cells cells, boolean sentinels) {
      String text = cells.raw(name);
      Boolean truth = Flag.Truth.parsed(text);
      if (truth != null) {
        return truth ? 1.0 : 0.0;
      }
      Double plain = sentinels || Sentinels.isMissingText(text) ? null : Cells.parsed(text);
      if (plain != null) {
        return plain;
      }
      Value value = sentinels ? cells.ordered(name) : cells.number(name, name);
      return value instanceof Estimate one ? (Double) one.value() : null;
    }

    @Override
    public @Nullable String text(Cells cells) {
      String text = cells.name(name);
      return text.isEmpty() ? null : text;
    }

    @Override
    public void addColumns(Set<String> columns) {
      columns.add(name);
    }
  }

  /**
   * A number.
   *
   * @param digits as it is written
   */
  record Number(double value, String digits) implements Operand {
    @Override
    public Double number(Cells cells, boolean sentinels) {
      return value;
    }

    @Override
    public @Nullable String text(Cells cells) {
      return null;
    }

    @Override
    public void addColumns(Set<String> columns) {}
  }

  /** A text. */
  record Text(String value) implements Operand {
    @Override
    public @Nullable Double number(Cells cells, boolean sentinels) {
      throw cells.broken("the text '%s' of a condition is no number".formatted(value));
    }

    @Override
    public String text(Cells cells) {
      return value;
    }

    @Override
    public boolean isText() {
      return true;
    }

    @Override
    public void addColumns(Set<String> columns) {}
  }

  /** A calculation with two numbers: one of {@code + - * /}. */
  record Arithmetic(Operand left, char operator, Operand right) implements Operand {
    @Override
    public @Nullable Double number(Cells cells, boolean sentinels) {
      Double a = left.number(cells, true);
      Double b = right.number(cells, true);
      if (a == null || b == null) {
        return null;
      }
      double result =
          switch (operator) {
            case '+' -> a + b;
            case '-' -> a - b;
            case '*' -> a * b;
            default -> a / b;
          };
      return Double.isNaN(result) ? null : (Double) result;
    }

    @Override
    public @Nullable String text(Cells cells) {
      return null;
    }

    @Override
    public void addColumns(Set<String> columns) {
      left.addColumns(columns);
      right.addColumns(columns);
    }
  }

  /** A comparison: one of {@code == != < <= > >=}. */
  record Comparison(Operand left, String operator, Operand right) implements Node {
    @Override
    public @Nullable Boolean truth(Cells cells) {
      if (left instanceof Column column
          && right instanceof Text text
          && cells.row().value(column.name()) instanceof Cell.Truth truth) {
        Boolean wanted = Flag.Truth.parsed(text.value());
        if (wanted != null) {
          return of(Boolean.compare(truth.value(), wanted));
        }
      }
      if (left.isText() || right.isText()) {
        String a = left.text(cells);
        String b = right.text(cells);
        return (a == null || b == null) ? null : (Boolean) of(a.compareTo(b));
      }
      boolean ordered = !operator.equals("==") && !operator.equals("!=");
      if (!ordered && left instanceof Column column && right instanceof Number number) {
        String cell = cells.raw(column.name());
        if (INTEGER.matcher(cell).matches() && INTEGER.matcher(number.digits()).matches()) {
          return of(new BigInteger(cell).compareTo(new BigInteger(number.digits())));
        }
      }
      Double a = left.number(cells, ordered);
      Double b = right.number(cells, ordered);
      return (a == null || b == null) ? null : (Boolean) of(Double.compare(a + 0.0, b + 0.0));
    }

    private boolean of(int order) {
      return switch (operator) {
        case "==" -> order == 0;
        case "!=" -> order != 0;
        case "<" -> order < 0;
        case "<=" -> order <= 0;
        case ">" -> order > 0;
        default -> order >= 0;
      };
    }

    @Override
    public void addColumns(Set<String> columns) {
      left.addColumns(columns);
      right.addColumns(columns);
    }
  }

  /** Whether a column has one of the bits of a mask; an empty cell has none. */
  record Bits(Flag.Bits flag) implements Node {
    @Override
    public Boolean truth(Cells cells) {
      return flag.check(cells) != null;
    }

    @Override
    public void addColumns(Set<String> columns) {
      columns.addAll(flag.columns());
    }
  }

  /** Whether a value is one of a list. */
  record In(Operand operand, List<Operand> list) implements Node {
    @Override
    public @Nullable Boolean truth(Cells cells) {
      Boolean all = false;
      for (Operand one : list) {
        Boolean same = new Comparison(operand, "==", one).truth(cells);
        if (Boolean.TRUE.equals(same)) {
          return true;
        }
        all = same == null ? null : all;
      }
      return all;
    }

    @Override
    public void addColumns(Set<String> columns) {
      operand.addColumns(columns);
      list.forEach(one -> one.addColumns(columns));
    }
  }

  /** Whether a cell is empty or has a sentinel. */
  record IsMissing(Column column) implements Node {
    @Override
    public Boolean truth(Cells cells) {
      String text = cells.name(column.name());
      if (text.isEmpty()) {
        return true;
      }
      Double number = Cells.parsed(text);
      return number != null && cells.sentinels().hasNumber(column.name(), number);
    }

    @Override
    public void addColumns(Set<String> columns) {
      column.addColumns(columns);
    }
  }

  /** Not. */
  record Not(Node of) implements Node {
    @Override
    public @Nullable Boolean truth(Cells cells) {
      Boolean truth = of.truth(cells);
      return truth == null ? null : (Boolean) !truth;
    }

    @Override
    public void addColumns(Set<String> columns) {
      of.addColumns(columns);
    }
  }

  /** And, or: unknown where the known parts do not decide. */
  record Junction(List<Node> parts, boolean isAnd) implements Node {
    @Override
    public @Nullable Boolean truth(Cells cells) {
      boolean unknown = false;
      for (Node part : parts) {
        Boolean truth = part.truth(cells);
        if (truth == null) {
          unknown = true;
        } else if (truth != isAnd) {
          return !isAnd;
        }
      }
      return unknown ? null : (Boolean) isAnd;
    }

    @Override
    public void addColumns(Set<String> columns) {
      parts.forEach(part -> part.addColumns(columns));
    }
  }
}
