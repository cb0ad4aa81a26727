package org.sidereus.catalogs.mapping;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.sidereus.engine.Nearest;
import org.sidereus.engine.SidereusException;

/**
 * A value of a mapping file with its place.
 *
 * @param file name of the file
 * @param path path of the field, such as {@code measurements.Fe_H.floor}; empty for the whole
 */
record Field(String file, String path, JsonNode node) {

  SidereusException wrong(String what) {
    return new SidereusException(
        path.isEmpty() ? file + ": " + what : "%s, %s: %s".formatted(file, path, what));
  }

  /** Puts the place of the field before the message of a constructor. */
  <T> T check(Supplier<T> constructor) {
    try {
      return constructor.get();
    } catch (IllegalArgumentException e) {
      throw wrong(String.valueOf(e.getMessage()));
    }
  }

  /** Refuses a key that is unknown; {@code note} is allowed everywhere. */
  Field keys(String... known) {
    if (!node.isObject()) {
      throw wrong("this must be an object with the keys " + String.join(", ", known));
    }
    List<String> all = new ArrayList<>(List.of(known));
    all.add("note");
    for (Iterator<String> names = node.fieldNames(); names.hasNext(); ) {
      String name = names.next();
      if (!all.contains(name)) {
        throw wrong(
            "there is no key '%s'; did you mean '%s'? The keys are %s"
                .formatted(name, Nearest.of(name, all), String.join(", ", all)));
      }
      if (node.get(name).isNull() && !name.equals("note")) {
        throw wrong("the key '%s' is null; remove it, or give a value".formatted(name));
      }
    }
    return this;
  }

  boolean has(String key) {
    return node.hasNonNull(key);
  }

  Field get(String key) {
    if (!has(key)) {
      throw wrong("the key '%s' is missing; add it".formatted(key));
    }
    return at(path.isEmpty() ? key : path + "." + key, node.get(key));
  }

  private Field at(String place, JsonNode value) {
    return new Field(file, place, value);
  }

  String text() {
    if (!node.isTextual() || node.textValue().isBlank()) {
      throw wrong("this must be a text that is not empty but is " + node);
    }
    return node.textValue();
  }

  /** The text of a key, or null if it is not there. */
  @Nullable String textOrNull(String key) {
    return has(key) ? get(key).text() : null;
  }

  double number() {
    if (!node.isNumber()) {
      throw wrong("this must be a number but is " + node);
    }
    return node.doubleValue();
  }

  boolean truth() {
    if (!node.isBoolean()) {
      throw wrong("this must be true or false but is " + node);
    }
    return node.booleanValue();
  }

  long integer() {
    if (!node.isIntegralNumber() || !node.canConvertToLong()) {
      throw wrong("this must be an integer but is " + node);
    }
    return node.longValue();
  }

  /** A mask of at most 64 bits: an integer, or a text in hexadecimal digits ({@code 0x80}). */
  long bits() {
    if (node.isTextual() && node.textValue().matches("0[xX][0-9a-fA-F]{1,16}")) {
      return Long.parseUnsignedLong(node.textValue().substring(2), 16);
    }
    if (!node.isIntegralNumber() || node.bigIntegerValue().bitLength() > Long.SIZE) {
      throw wrong(
          "this must be an integer of at most 64 bits, or one as a text such as \"0x80\", but is "
              + node);
    }
    return node.bigIntegerValue().longValue();
  }

  /** Words with their values, in this order. */
  static <T> Map<String, T> words(List<String> words, List<T> values) {
    Map<String, T> all = new LinkedHashMap<>();
    for (int i = 0; i < words.size(); i++) {
      all.put(words.get(i), values.get(i));
    }
    return Collections.unmodifiableMap(all);
  }

  /** The value of one of some words. */
  <T> T choice(Map<String, T> words) {
    T value = node.isTextual() ? words.get(node.textValue()) : null;
    if (value == null) {
      throw wrong(
          "this must be %s but is %s"
              .formatted(
                  words.keySet().stream()
                      .map(word -> "'" + word + "'")
                      .collect(Collectors.joining(" or ")),
                  node.isTextual() ? "'" + node.textValue() + "'" : node));
    }
    return value;
  }

  /** The value of one of some words under a key, or another one if it is not there. */
  <T> T choice(String key, Map<String, T> words, T otherwise) {
    return has(key) ? get(key).choice(words) : otherwise;
  }

  /** The elements of a list, each with its place. */
  List<Field> elements() {
    if (!node.isArray()) {
      throw wrong("this must be a list but is " + node);
    }
    List<Field> elements = new ArrayList<>();
    for (int i = 0; i < node.size(); i++) {
      elements.add(at(path + "[" + i + "]", node.get(i)));
    }
    return elements;
  }

  /** The elements of the list of a key; none if it is not there. */
  <T> List<T> list(String key, Function<Field, T> read) {
    return has(key) ? get(key).elements().stream().map(read).toList() : List.of();
  }

  /** The members of an object, each with its place. */
  List<Map.Entry<String, Field>> members() {
    if (!node.isObject()) {
      throw wrong("this must be an object but is " + node);
    }
    List<Map.Entry<String, Field>> members = new ArrayList<>();
    node.properties()
        .forEach(
            member ->
                members.add(
                    Map.entry(
                        member.getKey(), at(path + "." + member.getKey(), member.getValue()))));
    return members;
  }
}
