package org.sidereus.catalogs.mapping;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Reads a {@link Condition} by recursive descent. */
final class ConditionParser {
  private static final Pattern TOKEN =
      Pattern.compile(
          "\\s*(?:(?<number>(?:\\d+\\.?\\d*|\\.\\d+)(?:[eE][+-]?\\d+)?)"
              + "|(?<text>'[^']*'|\"[^\"]*\")"
              + "|`(?<quoted>[^`]+)`"
              + "|(?<name>[\\p{L}_][\\p{L}\\p{N}_.]*(?:\\[\\d+\\])?)"
              + "|(?<symbol>&&|\\|\\||==|!=|<>|<=|>=|[=<>!&()+\\-*/,]))");

  private static final Set<String> WORDS =
      Set.of("and", "or", "not", "in", "is", "missing", "true", "false");

  private static final String END = "the end";

  private enum Kind {
    NUMBER,
    TEXT,
    COLUMN,
    SYMBOL
  }

  private record Token(Kind kind, String text) {
    boolean is(String... symbols) {
      return kind == Kind.SYMBOL && List.of(symbols).contains(text);
    }
  }

  private final String text;
  private final List<Token> tokens = new ArrayList<>();
  private int at;

  ConditionParser(String text) {
    this.text = text;
    Matcher matcher = TOKEN.matcher(text);
    int end = 0;
    while (!text.substring(end).isBlank()) {
      if (!matcher.region(end, text.length()).lookingAt()) {
        throw wrong("'" + text.substring(end).strip() + "' cannot be read");
      }
      tokens.add(token(matcher));
      end = matcher.end();
    }
    tokens.add(new Token(Kind.SYMBOL, END));
  }

  private static Token token(Matcher matcher) {
    String number = matcher.group("number");
    if (number != null) {
      return new Token(Kind.NUMBER, number);
    }
    String quotedText = matcher.group("text");
    if (quotedText != null) {
      return new Token(Kind.TEXT, quotedText.substring(1, quotedText.length() - 1));
    }
    String quoted = matcher.group("quoted");
    if (quoted != null) {
      return new Token(Kind.COLUMN, quoted);
    }
    String name = matcher.group("name");
    if (name != null) {
      String word = name.toLowerCase(Locale.ROOT);
      return WORDS.contains(word) ? new Token(Kind.SYMBOL, word) : new Token(Kind.COLUMN, name);
    }
    return new Token(Kind.SYMBOL, matcher.group("symbol"));
  }

  Condition.Node condition() {
    Condition.Node node = or();
    if (!peek().is(END)) {
      throw unexpected("'and', 'or' or the end");
    }
    return node;
  }

  private Condition.Node or() {
    List<Condition.Node> parts = new ArrayList<>(List.of(and()));
    while (peek().is("or", "||")) {
      at++;
      parts.add(and());
    }
    return parts.size() == 1 ? parts.get(0) : new Condition.Junction(parts, false);
  }

  private Condition.Node and() {
    List<Condition.Node> parts = new ArrayList<>(List.of(not()));
    while (peek().is("and", "&&")) {
      at++;
      parts.add(not());
    }
    return parts.size() == 1 ? parts.get(0) : new Condition.Junction(parts, true);
  }

  private Condition.Node not() {
    if (peek().is("not", "!")) {
      at++;
      return new Condition.Not(not());
    }
    if (peek().is("(")) {
      int start = at;
      at++;
      try {
        Condition.Node inner = or();
        expect(")");
        if (!peek().is("==", "=", "!=", "<>", "<", "<=", ">", ">=", "+", "-", "*", "/")) {
          return inner;
        }
      } catch (IllegalArgumentException e) {
        return calculation(start, at, e);
      }
      at = start;
    }
    return comparison();
  }

  /** The parenthesis may be one of a calculation; else the error that came later is told. */
  private Condition.Node calculation(int start, int failed, IllegalArgumentException failure) {
    at = start;
    try {
      return comparison();
    } catch (IllegalArgumentException e) {
      throw at > failed ? e : failure;
    }
  }

  private Condition.Node comparison() {
    Condition.Operand left = sum();
    Token operator = peek();
    if (operator.is("==", "=", "!=", "<>", "<", "<=", ">", ">=")) {
      at++;
      String symbol =
          switch (operator.text()) {
            case "=" -> "==";
            case "<>" -> "!=";
            default -> operator.text();
          };
      return new Condition.Comparison(left, symbol, sum());
    }
    if (operator.is("&")) {
      at++;
      return bits(left);
    }
    boolean negated = operator.is("not");
    if (negated) {
      at++;
    }
    if (peek().is("in")) {
      at++;
      Condition.Node in = new Condition.In(left, list());
      return negated ? new Condition.Not(in) : in;
    }
    if (!negated && operator.is("is")) {
      at++;
      return isMissing(left);
    }
    throw unexpected("a comparison (==, !=, <, <=, >, >=, in, &, is missing)");
  }

  private Condition.Node bits(Condition.Operand left) {
    if (!(left instanceof Condition.Column column)) {
      throw wrong("there must be a column before &");
    }
    Token mask = next();
    if (mask.kind() != Kind.NUMBER || !mask.text().chars().allMatch(Character::isDigit)) {
      at--;
      throw unexpected("an integer");
    }
    long bits = Long.parseUnsignedLong(mask.text());
    return new Condition.Bits(new Flag.Bits(column.name(), bits, Flag.Bits.UNSAID, false));
  }

  private Condition.Node isMissing(Condition.Operand left) {
    if (!(left instanceof Condition.Column column)) {
      throw wrong("there must be a column before 'is missing'");
    }
    boolean negated = peek().is("not");
    if (negated) {
      at++;
    }
    expect("missing");
    Condition.Node missing = new Condition.IsMissing(column);
    return negated ? new Condition.Not(missing) : missing;
  }

  private List<Condition.Operand> list() {
    expect("(");
    List<Condition.Operand> list = new ArrayList<>(List.of(sum()));
    while (peek().is(",")) {
      at++;
      list.add(sum());
    }
    expect(")");
    return list;
  }

  private Condition.Operand sum() {
    Condition.Operand left = product();
    while (peek().is("+", "-")) {
      left = new Condition.Arithmetic(left, next().text().charAt(0), product());
    }
    return left;
  }

  private Condition.Operand product() {
    Condition.Operand left = operand();
    while (peek().is("*", "/")) {
      left = new Condition.Arithmetic(left, next().text().charAt(0), operand());
    }
    return left;
  }

  private Condition.Operand operand() {
    Token token = next();
    switch (token.kind()) {
      case NUMBER -> {
        return new Condition.Number(Double.parseDouble(token.text()), token.text());
      }
      case TEXT -> {
        return new Condition.Text(token.text());
      }
      case COLUMN -> {
        return new Condition.Column(token.text());
      }
      case SYMBOL -> {
        if (token.is("-")) {
          return new Condition.Arithmetic(new Condition.Number(0, "0"), '-', operand());
        }
        if (token.is("true", "false")) {
          return token.is("true") ? new Condition.Number(1, "1") : new Condition.Number(0, "0");
        }
        if (token.is("(")) {
          Condition.Operand inner = sum();
          expect(")");
          return inner;
        }
      }
    }
    at--;
    throw unexpected("a column, a number or a text in quotes");
  }

  private Token peek() {
    return tokens.get(at);
  }

  private Token next() {
    return tokens.get(at++);
  }

  private void expect(String symbol) {
    if (!next().is(symbol)) {
      at--;
      throw unexpected("'" + symbol + "'");
    }
  }

  private IllegalArgumentException unexpected(String wanted) {
    String found = peek().is(END) ? END : "'" + peek().text() + "'";
    return wrong("%s is expected where %s is".formatted(wanted, found));
  }

  private IllegalArgumentException wrong(String what) {
    return new IllegalArgumentException(
        "the condition \"%s\": %s; columns with other signs than letters, digits, _ and . stand in `backticks`"
            .formatted(text, what));
  }
}
