package org.sidereus.simulators.casefile;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.sidereus.engine.Nearest;
import org.sidereus.engine.SidereusException;

/**
 * An object of a case file. Each of its keys is read by a method that says what its value must be.
 *
 * @param file the file, for messages
 * @param place where the object is, such as {@code parameters[2].prior}; empty for the whole file
 * @param json the object
 */
record CaseNode(String file, String place, JsonNode json) {
  private static final int LONGEST = 60;

  /** Refuses all keys but these; {@code note} is a text for readers in every object. */
  CaseNode withKeys(String... known) {
    List<String> keys = new ArrayList<>(List.of(known));
    keys.add("note");
    json.fieldNames()
        .forEachRemaining(
            key -> {
              if (!keys.contains(key)) {
                throw wrong(
                    key,
                    "this key is unknown; the nearest is %s: correct it or leave it out"
                        .formatted(Nearest.of(key, keys)));
              }
            });
    return this;
  }

  boolean has(String key) {
    return json.has(key);
  }

  /** A text; it must be there. */
  String text(String key) {
    JsonNode value = needed(key, "a text");
    if (!value.isTextual() || value.asText().isBlank()) {
      throw wrong(key, "it must be a text but is " + shown(value));
    }
    return value.asText();
  }

  /** A text; empty where the key is missing. */
  String optionalText(String key) {
    JsonNode value = json.path(key);
    if (value.isMissingNode() || (value.isTextual() && value.asText().isBlank())) {
      return "";
    }
    return text(key);
  }

  /** One of several words. */
  String word(String key, List<String> words) {
    String text = text(key);
    if (!words.contains(text)) {
      throw wrong(
          key,
          "it is '%s' but must be one of %s; perhaps %s"
              .formatted(text, String.join(", ", words), Nearest.of(text, words)));
    }
    return text;
  }

  /** A finite number; it must be there. */
  double number(String key) {
    JsonNode value = needed(key, "a number");
    if (!value.isNumber() || !Double.isFinite(value.asDouble())) {
      throw wrong(key, "it must be a finite number but is " + shown(value));
    }
    return value.asDouble();
  }

  /** A finite number; null where the key is missing or null. */
  @Nullable Double optionalNumber(String key) {
    return json.hasNonNull(key) ? number(key) : null;
  }

  /** True or false; false where the key is missing. */
  boolean flag(String key) {
    JsonNode value = json.path(key);
    if (!value.isMissingNode() && !value.isBoolean()) {
      throw wrong(key, "it must be true or false but is " + shown(value));
    }
    return value.asBoolean(false);
  }

  /** An object; it must be there. */
  CaseNode object(String key) {
    JsonNode value = needed(key, "an object");
    if (!value.isObject()) {
      throw wrong(key, "it must be an object {...} but is " + shown(value));
    }
    return new CaseNode(file, at(key), value);
  }

  /** A list of objects; empty where the key is missing. */
  List<CaseNode> objects(String key) {
    List<CaseNode> objects = new ArrayList<>();
    for (JsonNode one : list(key)) {
      String where = key + "[" + objects.size() + "]";
      if (!one.isObject()) {
        throw wrong(where, "it must be an object {...} but is " + shown(one));
      }
      objects.add(new CaseNode(file, at(where), one));
    }
    return objects;
  }

  /** A list of lists of texts; empty where the key is missing. */
  List<List<String>> textLists(String key) {
    List<List<String>> lists = new ArrayList<>();
    for (JsonNode one : list(key)) {
      lists.add(texts(key + "[" + lists.size() + "]", one));
    }
    return lists;
  }

  /** A list of texts; it must be there. */
  List<String> texts(String key) {
    return texts(key, needed(key, "a list of texts"));
  }

  private List<String> texts(String where, JsonNode list) {
    List<String> texts = new ArrayList<>();
    for (JsonNode one : list) {
      if (one.isTextual()) {
        texts.add(one.asText());
      }
    }
    if (!list.isArray() || texts.size() != list.size()) {
      throw wrong(where, "it must be a list of texts but is " + shown(list));
    }
    return texts;
  }

  private JsonNode list(String key) {
    JsonNode value = json.path(key);
    if (!value.isMissingNode() && !value.isArray()) {
      throw wrong(key, "it must be a list [...] but is " + shown(value));
    }
    return value;
  }

  private JsonNode needed(String key, String what) {
    JsonNode value = json.path(key);
    if (value.isMissingNode() || value.isNull()) {
      throw wrong(key, "it is missing; give " + what);
    }
    return value;
  }

  /** Makes something of this object; what its constructor refuses is wrong here. */
  <T> T make(Supplier<T> made) {
    try {
      return made.get();
    } catch (IllegalArgumentException e) {
      throw wrong("", String.valueOf(e.getMessage()));
    }
  }

  /** A message about a key of this object; about the object where the key is empty. */
  SidereusException wrong(String key, String what) {
    String where = at(key);
    return new SidereusException(file + (where.isEmpty() ? "" : ", " + where) + ": " + what);
  }

  private String at(String key) {
    return place.isEmpty() || key.isEmpty() ? place + key : place + "." + key;
  }

  private static String shown(JsonNode value) {
    String text = value.toString();
    return text.length() <= LONGEST ? text : text.substring(0, LONGEST) + "...";
  }
}
