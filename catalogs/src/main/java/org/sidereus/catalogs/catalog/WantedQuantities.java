package org.sidereus.catalogs.catalog;

import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.sidereus.catalogs.mapping.Mapping;
import org.sidereus.catalogs.mapping.Unit;
import org.sidereus.engine.SidereusException;
import org.sidereus.engine.bundle.Covariate;
import org.sidereus.engine.bundle.Feature;
import org.sidereus.engine.bundle.Manifest;
import org.sidereus.engine.bundle.Observable;
import org.sidereus.engine.bundle.Parameter;

/** The quantities that bundles read of a catalogue. */
final class WantedQuantities {
  private static final String GYR = "Gyr";

  private final List<Manifest> bundles;

  WantedQuantities(Collection<Manifest> bundles) {
    this.bundles = List.copyOf(bundles);
  }

  /** Names of the observables and covariates, in the order of the bundles' features. */
  Set<String> names() {
    return bundles.stream()
        .flatMap(bundle -> bundle.features().stream())
        .map(Feature::of)
        .collect(Collectors.toCollection(LinkedHashSet::new));
  }

  /**
   * The unit in which the bundles read a quantity.
   *
   * @return null if it is not known, or bundles differ in it
   */
  @Nullable Unit unit(String name) {
    Set<String> units =
        bundles.stream()
            .flatMap(
                bundle ->
                    Stream.of(
                            bundle.observables().stream()
                                .filter(one -> one.name().equals(name))
                                .map(Observable::unit),
                            bundle.parameters().stream()
                                .filter(one -> one.name().equals(name))
                                .map(Parameter::unit),
                            bundle.covariates().stream()
                                .filter(one -> one.name().equals(name))
                                .map(Covariate::unit))
                        .flatMap(all -> all))
            .collect(Collectors.toSet());
    if (units.size() != 1) {
      return null;
    }
    String unit = units.iterator().next();
    return unit.isEmpty() ? Unit.ONE : Unit.parse(unit);
  }

  /**
   * The age of the universe of the bundles that read a time of birth, which the mapping makes of an
   * age.
   *
   * @param name name of the time of birth
   * @throws SidereusException if a bundle reads something else by this name or does not say the age
   *     of its universe, or if two bundles say different ones
   */
  double ageOfUniverseGyr(String name, Mapping mapping) {
    Map<Double, String> bundlesByAge = new LinkedHashMap<>();
    for (Manifest bundle : bundles) {
      if (bundle.features().stream().noneMatch(feature -> feature.of().equals(name))) {
        continue;
      }
      boolean isTime =
          bundle.parameters().stream().anyMatch(p -> p.name().equals(name) && p.unit().equals(GYR));
      if (!isTime || bundle.ageOfUniverseGyr().isEmpty()) {
        throw wrong(
            mapping,
            name,
            isTime
                ? "the bundle %s does not say the age of its universe (provenance.%s of its manifest); give the time of birth as 'value', or use a newer bundle"
                    .formatted(bundle.name(), Manifest.AGE_OF_UNIVERSE)
                : "an age becomes a parameter in Gyr, but %s of the bundle %s is none; use 'value'"
                    .formatted(name, bundle.name()));
      }
      bundlesByAge.put(bundle.ageOfUniverseGyr().getAsDouble(), bundle.name());
    }
    if (bundlesByAge.size() != 1) {
      throw wrong(
          mapping,
          name,
          "the universes of the bundles have different ages in Gyr, %s, and an age would be two times of birth; choose one bundle"
              .formatted(bundlesByAge));
    }
    return bundlesByAge.keySet().iterator().next();
  }

  private static SidereusException wrong(Mapping mapping, String name, String what) {
    return new SidereusException(
        "%s, measurements.%s.age: %s".formatted(mapping.file(), name, what));
  }

  /**
   * Refuses a catalogue that lacks a quantity that a bundle needs.
   *
   * <p>A plain table without the column of an observable is refused for every bundle, because the
   * cause is more likely a misspelt header than a survey that never measures it. A mapping names
   * what a survey measures; then only quantities without a mask are required.
   *
   * @param measured names of the quantities that the catalogue has
   * @throws SidereusException that names what is absent
   */
  void check(CatalogSource source, Set<String> measured) {
    for (Manifest bundle : bundles) {
      Set<String> unmasked = names(bundle, Feature.Kind.MASK, Feature.Kind.COVARIATE_MASK);
      Set<String> needed =
          source.mapping() == null ? names(bundle, Feature.Kind.COVARIATE_MASK) : unmasked;
      needed.removeAll(measured);
      if (needed.isEmpty()) {
        continue;
      }
      String absent = String.join(", ", needed);
      unmasked.retainAll(needed);
      throw new SidereusException(
          source.mapping() != null
              ? "%s has no measurement %s, which the bundle %s needs of every object; add it, or choose a bundle that was trained for missing values"
                  .formatted(source.mapping().file(), absent, bundle.name())
              : "%s has no column %s, which the bundle %s reads; add the column%s to the header in line 1%s"
                  .formatted(
                      source.name(),
                      absent,
                      bundle.name(),
                      needed.size() == 1 ? "" : "s",
                      unmasked.isEmpty()
                          ? " (a cell may be empty where nothing was measured), or give a mapping"
                          : ""));
    }
  }

  /**
   * Names of the quantities that a bundle reads, without those that have a feature of some kinds.
   */
  private static Set<String> names(Manifest bundle, Feature.Kind... without) {
    Set<Feature.Kind> kinds = Set.of(without);
    Set<String> names = new WantedQuantities(List.of(bundle)).names();
    bundle.features().stream()
        .filter(feature -> kinds.contains(feature.kind()))
        .map(Feature::of)
        .forEach(names::remove);
    return names;
  }
}
