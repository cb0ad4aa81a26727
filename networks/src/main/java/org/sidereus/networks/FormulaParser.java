package org.sidereus.networks;

import java.util.Arrays;
import java.util.List;

/**
 * Reads a formula from a text: numbers, names of inputs, {@code + - * / ^}, parentheses and the
 * functions {@code log10}, {@code ln}, {@code exp} and {@code sqrt}. A power has a whole exponent
 * from 0 to 9, or the base 10. Not safe for use by several threads.
 */
public final class FormulaParser {
  private static final int HIGHEST_POWER = 9;
  private static final int DEEPEST = 100;
  private static final double LN_10 = Math.log(10);

  private final List<String> names;
  private String text = "";
  private int at;
  private int depth;

  /**
   * A parser.
   *
   * @param names of the inputs, in their order
   */
  public FormulaParser(List<String> names) {
    this.names = List.copyOf(names);
  }

  /** A number, or a formula that depends on an input. */
  private sealed interface Term {
    record Number(double value) implements Term {}

    record Of(Formula formula) implements Term {}
  }

  /**
   * Reads a formula.
   *
   * @throws IllegalArgumentException with what is wrong and where, counted from 1
   */
  public Formula parse(String formula) {
    text = formula;
    at = 0;
    depth = 0;
    Term term = sum();
    skipSpace();
    if (at < text.length()) {
      throw wrong("'" + text.charAt(at) + "' is not expected here");
    }
    if (term instanceof Term.Of of) {
      return of.formula;
    }
    throw wrong("the formula names no input; there are " + String.join(", ", names));
  }

  private Term sum() {
    if (++depth > DEEPEST) {
      throw wrong("the formula is nested too deep");
    }
    boolean negative = taken('-');
    Term left = product();
    left = negative ? weighted(left, -1) : left;
    while (true) {
      if (taken('+')) {
        left = added(left, product(), 1);
      } else if (taken('-')) {
        left = added(left, product(), -1);
      } else {
        depth--;
        return left;
      }
    }
  }

  private Term product() {
    Term left = power();
    while (true) {
      if (taken('*')) {
        left = multiplied(left, power());
      } else if (taken('/')) {
        left = divided(left, power());
      } else {
        return left;
      }
    }
  }

  private Term power() {
    Term base = atom();
    if (!taken('^')) {
      return base;
    }
    boolean negative = taken('-');
    Term exponent = atom();
    exponent = negative ? weighted(exponent, -1) : exponent;
    if (base instanceof Term.Number b && exponent instanceof Term.Number e) {
      return number(Math.pow(b.value, e.value));
    }
    if (base instanceof Term.Number b && b.value == 10 && exponent instanceof Term.Of of) {
      return new Term.Of(new Formula.Power10(of.formula));
    }
    if (base instanceof Term.Of of
        && exponent instanceof Term.Number e
        && e.value == Math.rint(e.value)
        && e.value >= 0
        && e.value <= HIGHEST_POWER) {
      Double[] coefficients = new Double[(int) e.value + 1];
      Arrays.fill(coefficients, 0.0);
      coefficients[(int) e.value] = 1.0;
      return new Term.Of(new Formula.Polynomial(of.formula, List.of(coefficients)));
    }
    throw wrong("a power has a whole exponent from 0 to " + HIGHEST_POWER + ", or the base 10");
  }

  private Term atom() {
    skipSpace();
    if (taken('(')) {
      Term inner = sum();
      expect(')');
      return inner;
    }
    int from = at;
    if (at < text.length() && (Character.isDigit(text.charAt(at)) || text.charAt(at) == '.')) {
      return literal();
    }
    while (at < text.length() && isPartOfName(text.charAt(at))) {
      at++;
    }
    String word = text.substring(from, at);
    if (word.isEmpty()) {
      throw wrong(
          at < text.length() ? "'" + text.charAt(at) + "' is not expected here" : "it ends early");
    }
    if (names.contains(word)) {
      return new Term.Of(new Formula.Input(names.indexOf(word)));
    }
    if (taken('(')) {
      Term inner = sum();
      expect(')');
      return function(word, inner);
    }
    at = from;
    throw wrong("there is no input " + word + "; there are " + String.join(", ", names));
  }

  private Term literal() {
    int from = at;
    while (at < text.length() && isPartOfNumber(from)) {
      at++;
    }
    String digits = text.substring(from, at);
    try {
      return number(Double.parseDouble(digits));
    } catch (NumberFormatException e) {
      at = from;
      throw wrong("'" + digits + "' is no number");
    }
  }

  private boolean isPartOfNumber(int from) {
    char c = text.charAt(at);
    boolean isExponent = at > from && (text.charAt(at - 1) == 'e' || text.charAt(at - 1) == 'E');
    return Character.isDigit(c)
        || c == '.'
        || c == 'e'
        || c == 'E'
        || ((c == '+' || c == '-') && isExponent);
  }

  private static boolean isPartOfName(char c) {
    return Character.isLetterOrDigit(c) || c == '_';
  }

  private Term function(String name, Term of) {
    if (of instanceof Term.Number n) {
      return number(
          switch (name) {
            case "log10" -> Math.log10(n.value);
            case "ln" -> Math.log(n.value);
            case "exp" -> Math.exp(n.value);
            case "sqrt" -> Math.sqrt(n.value);
            default -> throw unknownFunction(name);
          });
    }
    Formula inner = ((Term.Of) of).formula;
    return new Term.Of(
        switch (name) {
          case "log10" -> new Formula.Log10(inner);
          case "ln" -> times(new Formula.Log10(inner), LN_10);
          case "exp" -> new Formula.Power10(times(inner, 1 / LN_10));
          case "sqrt" -> new Formula.Power10(times(new Formula.Log10(inner), 0.5));
          default -> throw unknownFunction(name);
        });
  }

  private IllegalArgumentException unknownFunction(String name) {
    return wrong("there is no function " + name + "; there are log10, ln, exp, sqrt");
  }

  private Term added(Term left, Term right, double sign) {
    if (left instanceof Term.Number l && right instanceof Term.Number r) {
      return number(l.value + sign * r.value);
    }
    if (left instanceof Term.Number l) {
      return new Term.Of(
          new Formula.Sum(List.of(((Term.Of) right).formula), List.of(sign), l.value));
    }
    Formula first = ((Term.Of) left).formula;
    if (right instanceof Term.Number r) {
      return new Term.Of(new Formula.Sum(List.of(first), List.of(1.0), sign * r.value));
    }
    return new Term.Of(
        new Formula.Sum(List.of(first, ((Term.Of) right).formula), List.of(1.0, sign), 0));
  }

  private Term multiplied(Term left, Term right) {
    if (left instanceof Term.Number l) {
      return weighted(right, l.value);
    }
    if (right instanceof Term.Number r) {
      return weighted(left, r.value);
    }
    return new Term.Of(new Formula.Product(((Term.Of) left).formula, ((Term.Of) right).formula));
  }

  private Term divided(Term left, Term right) {
    if (right instanceof Term.Number r) {
      return weighted(left, 1 / r.value);
    }
    Formula denominator = ((Term.Of) right).formula;
    if (left instanceof Term.Number l) {
      Formula numerator = new Formula.Sum(List.of(denominator), List.of(0.0), l.value);
      return new Term.Of(new Formula.Quotient(numerator, denominator));
    }
    return new Term.Of(new Formula.Quotient(((Term.Of) left).formula, denominator));
  }

  private Term weighted(Term term, double weight) {
    number(weight);
    return term instanceof Term.Number n
        ? number(weight * n.value)
        : new Term.Of(times(((Term.Of) term).formula, weight));
  }

  private static Formula times(Formula formula, double weight) {
    return new Formula.Sum(List.of(formula), List.of(weight), 0);
  }

  /** A constant part, which must be finite. */
  private Term number(double value) {
    if (!Double.isFinite(value)) {
      throw wrong("a constant part is no finite number");
    }
    return new Term.Number(value);
  }

  private void skipSpace() {
    while (at < text.length() && Character.isWhitespace(text.charAt(at))) {
      at++;
    }
  }

  private boolean taken(char c) {
    skipSpace();
    boolean found = at < text.length() && text.charAt(at) == c;
    at += found ? 1 : 0;
    return found;
  }

  private void expect(char c) {
    if (!taken(c)) {
      throw wrong("a " + c + " is missing");
    }
  }

  private IllegalArgumentException wrong(String what) {
    return new IllegalArgumentException(
        "the formula '%s', at character %d: %s".formatted(text, at + 1, what));
  }
}
