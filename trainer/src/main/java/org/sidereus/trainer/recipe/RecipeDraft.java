package org.sidereus.trainer.recipe;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.sidereus.engine.Nearest;
import org.sidereus.engine.SidereusException;
import org.sidereus.engine.bundle.Manifest;

/**
 * A recipe file, with single values replaced. A file may leave out the bundle and the seed, as the
 * presets do; they are needed before {@link #recipe()}. The key {@code note} is a text for readers.
 */
public final class RecipeDraft {
  /** Folder of the recipes in an installation. */
  public static final String FOLDER = "recipes";

  private static final String SUFFIX = ".json";
  private static final String NOTE = "note";
  private static final String NAME = "name";
  private static final String CASE = "case";
  private static final String MODEL = "model";
  private static final String SEED = "seed";
  private static final String VALIDATE = "validate";
  private static final JsonMapper MAPPER =
      JsonMapper.builder()
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .build();

  private final String origin;
  private final ObjectNode root;
  private final Set<String> replaced = new LinkedHashSet<>();

  private RecipeDraft(String origin, ObjectNode root) {
    this.origin = origin;
    this.root = root;
    root.remove(NOTE);
    if (!root.has(MODEL)) {
      root.putObject(MODEL);
    }
  }

  /**
   * Reads a recipe, or the recipe that the manifest of a bundle carries.
   *
   * @param file a recipe, a manifest, or the folder of a bundle
   * @throws SidereusException if the file is missing, is no JSON or is a manifest without recipe
   */
  public static RecipeDraft read(Path file) {
    Path json = Files.isDirectory(file) ? file.resolve(Manifest.FILE) : file;
    JsonNode root;
    try {
      root = MAPPER.readTree(Files.readAllBytes(json));
    } catch (JsonProcessingException e) {
      throw new SidereusException(
          json
              + " is no JSON: "
              + e.getOriginalMessage()
              + " in line "
              + e.getLocation().getLineNr(),
          e);
    } catch (IOException e) {
      throw new SidereusException(
          "cannot read the recipe " + json + ": " + SidereusException.reason(e), e);
    }
    if (root.has("provenance")) {
      JsonNode carried = root.path("provenance").path(Recipe.KEY);
      if (!carried.isObject()) {
        throw new SidereusException(
            json + " is a manifest that carries no recipe; name a recipe or another manifest");
      }
      return new RecipeDraft(json + ", provenance." + Recipe.KEY, (ObjectNode) carried);
    }
    if (!root.isObject()) {
      throw new SidereusException(json + " must be an object with the settings of a training");
    }
    return new RecipeDraft(json.toString(), (ObjectNode) root);
  }

  /**
   * Reads a recipe of an installation.
   *
   * @param folder the recipes of the installation
   * @param name name of the file without {@code .json}
   * @throws SidereusException if there is none of that name; the message lists those that there are
   */
  public static RecipeDraft shipped(Path folder, String name) {
    List<String> names = names(folder);
    if (!names.contains(name)) {
      throw new SidereusException(
          names.isEmpty()
              ? folder + " holds no recipes; name one with --recipe FILE"
              : "there is no preset '%s'; did you mean '%s'? The presets are %s"
                  .formatted(name, Nearest.of(name, names), String.join(", ", names)));
    }
    return read(folder.resolve(name + SUFFIX));
  }

  /** Names of the recipes in a folder, sorted. */
  public static List<String> names(Path folder) {
    if (!Files.isDirectory(folder)) {
      return List.of();
    }
    try (Stream<Path> files = Files.list(folder)) {
      return files
          .map(file -> file.getFileName().toString())
          .filter(name -> name.endsWith(SUFFIX))
          .map(name -> name.substring(0, name.length() - SUFFIX.length()))
          .sorted()
          .toList();
    } catch (IOException e) {
      throw new SidereusException("cannot read " + folder + ": " + SidereusException.reason(e), e);
    }
  }

  /** Replaces the name of the bundle. */
  public void name(String name) {
    root.put(NAME, name);
  }

  /** Names the bundle, unless the recipe or an option does. */
  public void nameUnlessGiven(String name) {
    if (!root.has(NAME)) {
      root.put(NAME, name);
    }
  }

  /** Replaces the seed. */
  public void seed(long seed) {
    root.put(SEED, seed);
  }

  /**
   * Says which science case is trained.
   *
   * @throws SidereusException if the recipe is for another one
   */
  public void scienceCase(String name) {
    JsonNode before = root.get(CASE);
    if (before != null && !before.asText().equals(name)) {
      throw new SidereusException(
          origin + " is for the case " + before.asText() + " and not for " + name);
    }
    root.put(CASE, name);
  }

  /** The settings of the simulator that the recipe has, by their keys. */
  public Map<String, JsonNode> model() {
    if (!(root.get(MODEL) instanceof ObjectNode settings)) {
      throw wrong(MODEL, "this must be an object but is " + root.get(MODEL));
    }
    Map<String, JsonNode> model = new LinkedHashMap<>();
    settings.properties().forEach(field -> model.put(field.getKey(), field.getValue()));
    return model;
  }

  /** Replaces all settings of the simulator. */
  public void model(Map<String, JsonNode> settings) {
    root.putObject(MODEL).setAll(settings);
  }

  /** A message about a key of the recipe. */
  public SidereusException wrong(String key, String what) {
    String plain = withoutIndices(key);
    boolean given =
        replaced.stream().anyMatch(one -> one.equals(plain) || one.startsWith(plain + "."));
    return new SidereusException(
        origin
            + (key.isEmpty() ? "" : ", " + key)
            + (given ? " (replaced by --set)" : "")
            + ": "
            + what);
  }

  private static String withoutIndices(String key) {
    return key.replaceAll("\\[\\d+]|\\.\\d+(?=\\.|$)", "");
  }

  /**
   * Replaces one value.
   *
   * @param key path of a key, such as {@code flow.phases[0].optimiser.steps}, also with {@code
   *     phases.0}; without an index it stands for all elements of a list of objects
   * @param value a number, a text, true or false; for a list its elements separated by commas, or
   *     JSON
   * @throws SidereusException if there is no such key; the message names the nearest
   */
  public void set(String key, String value) {
    List<String> steps = new ArrayList<>(List.of(key.replaceAll("\\[(\\d+)]", ".$1").split("\\.")));
    if (steps.size() == 2 && steps.get(0).equals(MODEL)) {
      model();
      ((ObjectNode) root.get(MODEL)).set(steps.get(1), scalar(value));
    } else if (key.equals(NAME) || key.equals(CASE)) {
      root.put(key, value);
    } else if (key.equals(SEED)) {
      root.set(key, scalar(value));
    } else {
      replace(root, "", steps, value);
    }
    replaced.add(withoutIndices(key));
  }

  private void replace(JsonNode at, String path, List<String> steps, String value) {
    if (steps.isEmpty()) {
      throw new SidereusException("--set " + path + ": this holds other keys; name one of them");
    }
    String step = steps.get(0);
    if (at instanceof ArrayNode list) {
      boolean indexed = step.matches("\\d+");
      if (indexed && Integer.parseInt(step) >= list.size()) {
        throw new SidereusException(
            "--set " + path + "." + step + ": the list has " + list.size() + " elements from 0 on");
      }
      for (int i = indexed ? Integer.parseInt(step) : 0; i < list.size(); i++) {
        replace(
            list.get(i),
            path + "[" + i + "]",
            indexed ? steps.subList(1, steps.size()) : steps,
            value);
        if (indexed) {
          break;
        }
      }
      return;
    }
    if (!(at instanceof ObjectNode object)) {
      throw new SidereusException("--set " + path + ": there are no keys below this one");
    }
    if (!object.has(step)) {
      List<String> known = new ArrayList<>();
      object.fieldNames().forEachRemaining(known::add);
      try {
        RecipeJson.requireKnown(path, step, known);
      } catch (RecipeJson.WrongKey e) {
        throw new SidereusException(
            "--set " + RecipeJson.below(path, step) + ": " + e.getMessage(), e);
      }
    }
    JsonNode before = object.get(step);
    if (steps.size() == 1) {
      if (before.isObject() || isListOfObjects(before)) {
        throw new SidereusException(
            "--set " + RecipeJson.below(path, step) + ": this holds other keys; name one of them");
      }
      object.set(step, value(before, value));
    } else {
      replace(before, RecipeJson.below(path, step), steps.subList(1, steps.size()), value);
    }
  }

  private static boolean isListOfObjects(JsonNode node) {
    return node.isArray() && node.size() > 0 && node.get(0).isObject();
  }

  private static JsonNode value(JsonNode before, String text) {
    if (before.isTextual()) {
      return JsonNodeFactory.instance.textNode(text);
    }
    if (before.isArray() && !text.startsWith("[")) {
      ArrayNode list = JsonNodeFactory.instance.arrayNode();
      for (String element : text.split(",", 0)) {
        list.add(scalar(element.strip()));
      }
      return list;
    }
    return scalar(text);
  }

  /** A value as JSON, or the text itself where it is no JSON. */
  private static JsonNode scalar(String text) {
    try {
      JsonNode value = MAPPER.readTree(text);
      return value.isMissingNode() ? JsonNodeFactory.instance.textNode(text) : value;
    } catch (JsonProcessingException e) {
      return JsonNodeFactory.instance.textNode(text);
    }
  }

  /**
   * The recipe.
   *
   * @throws SidereusException if the bundle or the seed is not known, a key is unknown or missing,
   *     or a value is not allowed; the message names file and key
   */
  public Recipe recipe() {
    if (!root.has(NAME)) {
      throw new SidereusException(origin + " names no bundle; give its name with --name NAME");
    }
    if (!root.has(SEED)) {
      throw new SidereusException(origin + " has no seed; give one with --seed S");
    }
    if (root.get(VALIDATE) instanceof ObjectNode validate && !validate.has(SEED)) {
      validate.set(SEED, root.get(SEED));
    }
    try {
      return RecipeJson.recipe(root);
    } catch (RecipeJson.WrongKey e) {
      throw wrong(e.key(), String.valueOf(e.getMessage()));
    }
  }
}
