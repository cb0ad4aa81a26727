package org.sidereus.trainer.recipe;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.sidereus.engine.Nearest;
import org.sidereus.engine.SidereusException;

/** Turns the JSON of a recipe into its records, and says which key is wrong. */
final class RecipeJson {
  private static final JsonMapper MAPPER =
      JsonMapper.builder().propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE).build();

  private RecipeJson() {}

  /** A key of the JSON and what is wrong with its value. */
  static final class WrongKey extends RuntimeException {
    private static final long serialVersionUID = 1;

    private final String key;

    WrongKey(String key, String what) {
      super(what);
      this.key = key;
    }

    /** The path of the key, such as {@code flow.phases[0].optimiser.steps}; empty for the whole. */
    String key() {
      return key;
    }
  }

  /** A recipe as maps, lists, numbers and texts. */
  static Map<String, Object> map(Recipe recipe) {
    try {
      // through text: only what JSON can hold is left
      return MAPPER.readValue(MAPPER.writeValueAsString(recipe), new TypeReference<>() {});
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException("cannot be written as JSON: " + recipe, e);
    }
  }

  /**
   * The recipe in a JSON object.
   *
   * @throws WrongKey where a key is unknown or missing, or a value is not allowed
   */
  static Recipe recipe(ObjectNode root) {
    check("", root, Recipe.class);
    try {
      return MAPPER.treeToValue(root, Recipe.class);
    } catch (JsonMappingException e) {
      throw new WrongKey(path(e), reason(e));
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a tree cannot be read", e);
    }
  }

  private static void check(String path, JsonNode node, Type type) {
    if (type instanceof ParameterizedType generic) {
      if (generic.getRawType() == List.class) {
        require(path, node, node.isArray(), "a list");
        for (int i = 0; i < node.size(); i++) {
          check(path + "[" + i + "]", node.get(i), generic.getActualTypeArguments()[0]);
        }
      } else {
        require(path, node, node.isObject(), "an object");
      }
      return;
    }
    Class<?> raw = (Class<?>) type;
    if (raw.isRecord()) {
      require(path, node, node.isObject(), "an object");
      checkKeys(path, node, raw);
    } else if (raw.isEnum()) {
      List<String> names =
          Arrays.stream(raw.getEnumConstants())
              .map(constant -> MAPPER.convertValue(constant, String.class))
              .toList();
      require(
          path,
          node,
          node.isTextual() && names.contains(node.textValue()),
          "one of " + String.join(", ", names));
    } else if (raw == double.class) {
      require(path, node, node.isNumber(), "a number");
    } else if (raw == boolean.class) {
      require(path, node, node.isBoolean(), "true or false");
    } else if (raw == String.class) {
      require(path, node, node.isTextual() && !node.textValue().isBlank(), "a text");
    } else {
      boolean whole = node.isNumber() && node.canConvertToExactIntegral();
      boolean small = raw == long.class ? node.canConvertToLong() : node.canConvertToInt();
      require(path, node, whole && small, "a whole number");
    }
  }

  private static void checkKeys(String path, JsonNode node, Class<?> type) {
    Map<String, Type> components = new LinkedHashMap<>();
    for (RecordComponent component : type.getRecordComponents()) {
      components.put(key(component), component.getGenericType());
    }
    node.fieldNames().forEachRemaining(key -> requireKnown(path, key, components.keySet()));
    components.forEach(
        (key, component) -> {
          if (!node.has(key)) {
            throw new WrongKey(path, "the key '" + key + "' is missing");
          }
          check(below(path, key), node.get(key), component);
        });
  }

  /** Refuses a key that is not among the known ones, and names the nearest. */
  static void requireKnown(String path, String key, Collection<String> known) {
    if (!known.contains(key)) {
      throw new WrongKey(
          path,
          known.isEmpty()
              ? "there is no key '" + key + "' and there are no others"
              : "there is no key '%s'; did you mean '%s'? The keys are %s"
                  .formatted(key, Nearest.of(key, known), String.join(", ", known)));
    }
  }

  static String below(String path, String key) {
    return path.isEmpty() ? key : path + "." + key;
  }

  private static String key(RecordComponent component) {
    return component.getName().equals("scienceCase")
        ? "case"
        : PropertyNamingStrategies.SnakeCaseStrategy.INSTANCE.translate(component.getName());
  }

  private static void require(String path, JsonNode node, boolean fits, String what) {
    if (!fits) {
      throw new WrongKey(path, "this must be " + what + " but is " + node);
    }
  }

  private static String path(JsonMappingException e) {
    List<String> steps = new ArrayList<>();
    for (JsonMappingException.Reference step : e.getPath()) {
      if (step.getFieldName() != null) {
        steps.add(step.getFieldName());
      } else {
        int last = steps.size() - 1;
        steps.set(last, steps.get(last) + "[" + step.getIndex() + "]");
      }
    }
    return String.join(".", steps);
  }

  /** What the check of a record says. */
  private static String reason(JsonMappingException e) {
    Throwable cause = e.getCause();
    return cause instanceof IllegalArgumentException || cause instanceof SidereusException
        ? String.valueOf(cause.getMessage())
        : e.getOriginalMessage();
  }
}
