package org.sidereus.trainer.command;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.MapperFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.File;
import java.lang.reflect.Field;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.sidereus.engine.Nearest;
import org.sidereus.trainer.recipe.RecipeDraft;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParseResult;

/**
 * The options of a science case as settings of a recipe: {@code --yield-set tng} is {@code
 * model.yield_set}. Options that name files and folders are not among them, because these differ
 * from machine to machine; the provenance of a bundle has the hashes of the files.
 */
final class CaseSettings {
  private static final JsonMapper MAPPER =
      JsonMapper.builder().enable(MapperFeature.ACCEPT_CASE_INSENSITIVE_ENUMS).build();

  private final Map<String, OptionSpec> options = new LinkedHashMap<>();

  /**
   * The settings of a case.
   *
   * @param options its options; null for a case without options
   */
  CaseSettings(@Nullable CommandSpec options) {
    if (options != null) {
      for (OptionSpec option : options.options()) {
        if (!Path.class.isAssignableFrom(option.type()) && option.type() != File.class) {
          this.options.put(key(option), option);
        }
      }
    }
  }

  private static String key(OptionSpec option) {
    return option.longestName().replaceFirst("^-+", "").replace('-', '_');
  }

  /**
   * Gives the options that are not on the command line the values of the recipe, and the recipe the
   * values of all options.
   *
   * @throws org.sidereus.engine.SidereusException if the recipe has a setting that the case has
   *     not, or a value that its option cannot have
   */
  void join(RecipeDraft draft, ParseResult given) {
    draft
        .model()
        .forEach(
            (key, value) -> {
              OptionSpec option = options.get(key);
              if (option == null) {
                throw draft.wrong("model." + key, unknown(key));
              }
              if (!given.hasMatchedOption(option.longestName())) {
                set(draft, key, option, value);
              }
            });
    Map<String, JsonNode> all = new LinkedHashMap<>();
    options.forEach(
        (key, option) -> {
          Object value = option.getValue();
          if (value != null) {
            all.put(key, json(value));
          }
        });
    draft.model(all);
  }

  private String unknown(String key) {
    List<String> known = List.copyOf(options.keySet());
    return known.isEmpty()
        ? "the science case has no settings"
        : "the science case has no such setting; did you mean '%s'? There are %s"
            .formatted(Nearest.of(key, known), String.join(", ", known));
  }

  private static void set(RecipeDraft draft, String key, OptionSpec option, JsonNode value) {
    try {
      option.setValue(
          MAPPER.convertValue(
              value,
              option.userObject() instanceof Field field
                  ? MAPPER.constructType(field.getGenericType())
                  : MAPPER.constructType(option.type())));
    } catch (IllegalArgumentException e) {
      throw draft.wrong("model." + key, option.longestName() + " cannot be " + value);
    }
  }

  private static JsonNode json(Object value) {
    return MAPPER.valueToTree(
        value instanceof Enum<?> constant ? constant.name().toLowerCase(Locale.ROOT) : value);
  }
}
