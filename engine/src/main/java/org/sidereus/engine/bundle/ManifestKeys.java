package org.sidereus.engine.bundle;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.introspect.BeanPropertyDefinition;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.stream.IntStream;

/** Refuses keys of a manifest that mean nothing: a typing error must not leave something out. */
final class ManifestKeys {
  private static final String KIND = "kind";
  private static final String EMULATOR_ERROR = "emulator_error";

  private final JsonMapper mapper;
  private final String origin;

  /**
   * A check.
   *
   * @param mapper that reads manifests
   * @param origin where the manifest comes from, for errors
   */
  ManifestKeys(JsonMapper mapper, String origin) {
    this.mapper = mapper;
    this.origin = origin;
  }

  /**
   * Checks a manifest.
   *
   * @throws BundleException for the first unknown key, with the nearest one that is known
   */
  void check(JsonNode manifest) {
    check(manifest, known(Manifest.class), "the manifest");
    checkList(manifest, "parameters", Parameter.class, "prior");
    checkList(manifest, "correlations", Correlation.class, "");
    checkList(manifest, "covariates", Covariate.class, "training");
    checkList(manifest, "derived", Derived.class, "");
    checkList(manifest, "observables", Observable.class, "");
    checkList(manifest, "features", Feature.class, "");
    manifest
        .path("files")
        .properties()
        .forEach(
            file ->
                check(file.getValue(), known(FileEntry.class), "files.\"" + file.getKey() + "\""));
  }

  private void checkList(JsonNode manifest, String list, Class<?> type, String distribution) {
    int i = 0;
    for (JsonNode one : manifest.path(list)) {
      String place = list + "[" + i + "]";
      check(one, known(type), place);
      if (one.path(distribution).isObject()) {
        checkDistribution(one.path(distribution), place + "." + distribution);
      }
      if (type == Observable.class && one.path(EMULATOR_ERROR).isObject()) {
        check(one.path(EMULATOR_ERROR), known(EmulatorError.class), place + "." + EMULATOR_ERROR);
      }
      i++;
    }
  }

  private void checkDistribution(JsonNode distribution, String place) {
    Map<String, Class<?>> kinds = new LinkedHashMap<>();
    for (JsonSubTypes.Type type : Prior.class.getAnnotation(JsonSubTypes.class).value()) {
      kinds.put(type.name(), type.value());
    }
    Class<?> type = kinds.get(distribution.path(KIND).asText());
    if (type == null) {
      throw new BundleException(
          "%s: the kind of %s is %s; it must be one of %s"
              .formatted(
                  origin, place, distribution.path(KIND), String.join(", ", kinds.keySet())));
    }
    List<String> known = new ArrayList<>(known(type));
    known.add(KIND);
    check(distribution, known, place);
  }

  private Collection<String> known(Class<?> type) {
    return mapper
        .getDeserializationConfig()
        .introspect(mapper.constructType(type))
        .findProperties()
        .stream()
        .map(BeanPropertyDefinition::getName)
        .toList();
  }

  private void check(JsonNode node, Collection<String> known, String place) {
    node.fieldNames()
        .forEachRemaining(
            key -> {
              if (!known.contains(key)) {
                throw new BundleException(
                    "%s has the unknown key %s in %s; the nearest known key is %s: correct it or leave it out"
                        .formatted(origin, key, place, nearest(key, known)));
              }
            });
  }

  /** The key that was perhaps meant: one that is part of the other, or has the nearest letters. */
  private static String nearest(String wrong, Collection<String> known) {
    String nearest = "";
    int least = Integer.MAX_VALUE;
    for (String one : new TreeSet<>(known)) {
      boolean isPart = wrong.contains(one) || one.contains(wrong);
      int distance = isPart ? 1 : distance(wrong, one);
      if (distance < least) {
        least = distance;
        nearest = one;
      }
    }
    return nearest;
  }

  /** How many letters must be added, left out or changed to make one word of the other. */
  private static int distance(String one, String other) {
    int[] row = IntStream.rangeClosed(0, other.length()).toArray();
    for (int i = 1; i <= one.length(); i++) {
      int corner = row[0];
      row[0] = i;
      for (int j = 1; j <= other.length(); j++) {
        int changed = corner + (one.charAt(i - 1) == other.charAt(j - 1) ? 0 : 1);
        corner = row[j];
        row[j] = Math.min(changed, 1 + Math.min(row[j], row[j - 1]));
      }
    }
    return row[other.length()];
  }
}
