package org.sidereus.catalogs.check;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.sidereus.catalogs.catalog.CatalogEntry;
import org.sidereus.catalogs.catalog.CatalogReader;
import org.sidereus.catalogs.catalog.CatalogSource;
import org.sidereus.catalogs.catalog.ColumnOptions;
import org.sidereus.catalogs.catalog.Reasons;
import org.sidereus.catalogs.catalog.Refusal;
import org.sidereus.catalogs.mapping.Mapping;
import org.sidereus.catalogs.table.BrokenRowException;
import org.sidereus.engine.SidereusException;
import org.sidereus.engine.bundle.Covariate;
import org.sidereus.engine.bundle.Feature;
import org.sidereus.engine.bundle.LogUniform;
import org.sidereus.engine.bundle.Manifest;
import org.sidereus.engine.bundle.Observable;
import org.sidereus.engine.bundle.Parameter;
import org.sidereus.engine.bundle.Prior;
import org.sidereus.engine.bundle.Uniform;
import org.sidereus.engine.inference.FeatureEncoder;
import org.sidereus.engine.inference.Measurement;

/** What a mapping makes of a table for a bundle, in lines for a terminal or as JSON. */
public final class MappingCheck {
  private static final int MOST_BROKEN = 20;

  /** Errors that are a hundred times the largest one of the training are of another unit. */
  private static final double FAR = 100;

  private final CatalogSource source;
  private final Manifest bundle;
  private final Map<String, Quantity> quantities = new LinkedHashMap<>();
  private final Reasons reasons = new Reasons();
  private final List<String> broken = new ArrayList<>();
  private final List<String> notes = new ArrayList<>();
  private long brokenRows;
  private long rows;
  private long inferred;

  /** A check; reads nothing yet. */
  public MappingCheck(CatalogSource source, Manifest bundle) {
    this.source = source;
    this.bundle = bundle;
  }

  /** What a bundle knows of a quantity. */
  private record Training(
      String unit,
      @Nullable Double lower,
      @Nullable Double upper,
      @Nullable Double errorLower,
      @Nullable Double errorUpper) {}

  /** The values of a quantity so far. */
  private static final class Quantity {
    private final Training training;
    private final Range.Builder values;
    private final Range.Builder errors;
    private long exact;

    Quantity(Training training) {
      this.training = training;
      values = new Range.Builder(training.lower(), training.upper());
      errors = new Range.Builder(training.errorLower(), training.errorUpper());
    }

    void add(Measurement measurement) {
      values.add(measurement.value());
      if (measurement.error() == null) {
        exact++;
      } else {
        errors.add(measurement.error());
      }
    }
  }

  /**
   * Reads the whole table; once.
   *
   * @return the lines
   * @throws SidereusException if the mapping does not fit the table or the bundle
   */
  public List<String> run() {
    read();
    return lines(source.mapping());
  }

  /**
   * Reads the whole table; once.
   *
   * @return the same as {@link #run}, with numbers that are not rounded
   * @throws SidereusException if the mapping does not fit the table or the bundle
   */
  public ObjectNode json() {
    read();
    Mapping mapping = source.mapping();
    ObjectNode root = JsonNodeFactory.instance.objectNode().put("table", source.name());
    root.put("mapping", mapping == null ? null : mapping.file());
    root.put("bundle", bundle.name()).put("bundle_version", bundle.version());
    root.put("rows", rows).put("inferable", inferred);
    putCounts(root.putObject("left_out"), reasons.leftOut());
    root.put("broken_rows", brokenRows);
    broken.forEach(root.putArray("broken")::add);
    notes.forEach(root.putArray("notes")::add);
    ObjectNode all = root.putObject("quantities");
    quantities.forEach((name, quantity) -> put(all.putObject(name), name, quantity));
    (mapping == null ? Set.<String>of() : unused(mapping)).forEach(root.putArray("unused")::add);
    (mapping == null ? Set.<String>of() : unmapped()).forEach(root.putArray("unmapped")::add);
    return root;
  }

  private void put(ObjectNode node, String name, Quantity quantity) {
    Training training = quantity.training;
    Range values = quantity.values.range();
    Range errors = quantity.errors.range();
    node.put("unit", training.unit());
    putRange(node.putObject("values"), values, training.lower(), training.upper());
    putRange(node.putObject("errors"), errors, training.errorLower(), training.errorUpper());
    node.put("without_error", quantity.exact);
    putCounts(node.putObject("missing"), reasons.missing().getOrDefault(name, Map.of()));
    warnings(name, training, values, errors).forEach(node.putArray("warnings")::add);
  }

  private static void putRange(
      ObjectNode node, Range range, @Nullable Double lower, @Nullable Double upper) {
    node.put("count", range.count());
    if (range.count() > 0) {
      node.put("smallest", range.smallest()).put("median", range.median());
      node.put("largest", range.largest());
    }
    if (lower != null && upper != null) {
      node.put("training_lower", lower).put("training_upper", upper);
      node.put("outside_training", range.outside());
    }
  }

  private static void putCounts(ObjectNode node, Map<String, Long> counts) {
    counts.forEach(node::put);
  }

  private void read() {
    FeatureEncoder encoder = new FeatureEncoder(bundle);
    Set<String> names = featuresOf(bundle);
    Mapping mapping = source.mapping();
    for (String name : names) {
      if (mapping == null || mapping.measurements().containsKey(name)) {
        quantities.put(name, new Quantity(training(name)));
      }
    }
    try (CatalogReader reader =
        new CatalogReader(
            source, List.of(bundle), ColumnOptions.NONE.forPublication(mapping), reasons)) {
      for (CatalogEntry entry = next(reader); entry != null; entry = next(reader)) {
        rows++;
        entry.measurements().forEach(this::add);
        Refusal refusal = Refusal.of(entry, encoder);
        if (refusal == null) {
          inferred++;
        } else {
          reasons.addLeftOut(entry.place(), entry.id(), refusal.reason(), refusal.sentence());
        }
        readTime(reader, entry);
      }
      notes.addAll(reader.warnings());
    }
  }

  private void add(String name, Measurement measurement) {
    Quantity quantity = quantities.get(name);
    if (quantity != null) {
      quantity.add(measurement);
    }
  }

  private @Nullable CatalogEntry next(CatalogReader reader) {
    while (true) {
      try {
        return reader.next();
      } catch (BrokenRowException e) {
        addBroken(e);
      }
    }
  }

  private void readTime(CatalogReader reader, CatalogEntry entry) {
    if (reader.hasTimes()) {
      try {
        reader.timeOf(entry);
      } catch (SidereusException e) {
        addBroken(e);
      }
    }
  }

  private void addBroken(SidereusException e) {
    brokenRows++;
    if (broken.size() < MOST_BROKEN) {
      broken.add(String.valueOf(e.getMessage()));
    }
  }

  private Training training(String name) {
    for (Observable one : bundle.observables()) {
      if (one.name().equals(name)) {
        return new Training(
            one.unit(), one.lower(), one.upper(), one.errorLower(), one.errorUpper());
      }
    }
    for (Covariate one : bundle.covariates()) {
      if (one.name().equals(name)) {
        return ofPrior(one.unit(), one.training());
      }
    }
    for (Parameter one : bundle.parameters()) {
      if (one.name().equals(name)) {
        return ofPrior(one.unit(), one.prior());
      }
    }
    return new Training("", null, null, null, null);
  }

  private static Training ofPrior(String unit, Prior prior) {
    return prior instanceof Uniform || prior instanceof LogUniform
        ? new Training(unit, prior.lower(), prior.upper(), null, null)
        : new Training(unit, null, null, null, null);
  }

  private List<String> lines(@Nullable Mapping mapping) {
    List<String> lines = new ArrayList<>();
    lines.add(
        "%s%s for %s %s: %d rows, of which %d can get a posterior"
            .formatted(
                source.name(),
                mapping == null ? "" : ", read by " + mapping.file() + ",",
                bundle.name(),
                bundle.version(),
                rows,
                inferred));
    reasons.leftOut().entrySet().stream()
        .sorted(Map.Entry.comparingByValue(Comparator.reverseOrder()))
        .limit(MOST_BROKEN)
        .forEach(one -> lines.add("left out: %d: %s".formatted(one.getValue(), one.getKey())));
    broken.forEach(one -> lines.add("broken: " + one));
    notes.forEach(one -> lines.add("WARNING: " + one));
    if (brokenRows > broken.size()) {
      lines.add("broken: %d rows in all".formatted(brokenRows));
    }
    quantities.forEach((name, quantity) -> addLines(name, quantity, lines));
    if (mapping != null) {
      addUnused(mapping, lines);
    }
    return lines;
  }

  private void addLines(String name, Quantity quantity, List<String> lines) {
    Training training = quantity.training;
    String unit = training.unit().isEmpty() ? "" : " [" + training.unit() + "]";
    Range values = quantity.values.range();
    Map<String, Long> missing = reasons.missing().getOrDefault(name, Map.of());
    String why =
        missing.entrySet().stream()
            .sorted(Map.Entry.comparingByValue(Comparator.reverseOrder()))
            .map(one -> one.getValue() + " " + one.getKey())
            .collect(Collectors.joining(", "));
    long absent = missing.values().stream().mapToLong(one -> one).sum();
    lines.add(
        "%s%s: %d values, %d missing%s"
            .formatted(name, unit, values.count(), absent, why.isEmpty() ? "" : " (" + why + ")"));
    List<String> warnings =
        warnings(name, training, values, quantity.errors.range()).stream()
            .map(one -> "  WARNING: " + one)
            .toList();
    if (values.count() == 0) {
      lines.addAll(warnings);
      return;
    }
    lines.add(
        "  values %s%s"
            .formatted(values.text(), beside(training.lower(), training.upper(), values)));
    Range errors = quantity.errors.range();
    if (errors.count() > 0) {
      lines.add(
          "  errors %s%s"
              .formatted(
                  errors.text(), beside(training.errorLower(), training.errorUpper(), errors)));
    }
    if (quantity.exact > 0) {
      lines.add("  %d values without an error".formatted(quantity.exact));
    }
    lines.addAll(warnings);
  }

  private static String beside(@Nullable Double lower, @Nullable Double upper, Range range) {
    return lower == null || upper == null
        ? ""
        : "; the training has %s to %s, and %d of %d are outside"
            .formatted(Range.text(lower), Range.text(upper), range.outside(), range.count());
  }

  private static List<String> warnings(String name, Training training, Range values, Range errors) {
    if (values.count() == 0) {
      return List.of("there is no value");
    }
    List<String> warnings = new ArrayList<>();
    Double lower = training.lower();
    Double upper = training.upper();
    String wrong = WrongUnit.of(name, training.unit(), values.median(), lower, upper);
    if (wrong != null) {
      warnings.add(wrong);
    }
    Double errorLower = training.errorLower();
    Double errorUpper = training.errorUpper();
    if (errors.count() > 0 && errorUpper != null && errorLower != null) {
      if (errors.median() > errorUpper) {
        warnings.add(
            "the median error %s is larger than those of the training: is it %s?"
                .formatted(
                    Range.text(errors.median()),
                    errors.median() > FAR * errorUpper
                        ? "an inverse variance, a percentage, or in another unit"
                        : "in the unit of the value"));
      } else if (errors.median() < errorLower) {
        warnings.add(
            "the median error %s is smaller than those of the training: is it in the unit of the value, and is a 'floor' missing?"
                .formatted(Range.text(errors.median())));
      }
    }
    if (wrong == null && lower != null && upper != null && isFar(values, lower, upper)) {
      warnings.add(
          "values as far as %s: is a sentinel not in 'missing'?"
              .formatted(Range.text(far(values, lower, upper))));
    }
    return warnings;
  }

  /** Ten widths of the training beyond it. */
  private static boolean isFar(Range values, double lower, double upper) {
    double width = 10 * (upper - lower);
    return values.smallest() < lower - width || values.largest() > upper + width;
  }

  private static double far(Range values, double lower, double upper) {
    return lower - values.smallest() > values.largest() - upper
        ? values.smallest()
        : values.largest();
  }

  private void addUnused(Mapping mapping, List<String> lines) {
    Set<String> unused = unused(mapping);
    if (!unused.isEmpty()) {
      lines.add(
          "the bundle does not read %s, which the mapping has"
              .formatted(String.join(", ", unused)));
    }
    Set<String> unmapped = unmapped();
    if (!unmapped.isEmpty()) {
      lines.add(
          "the bundle reads %s, too, which the mapping does not have"
              .formatted(String.join(", ", unmapped)));
    }
  }

  private Set<String> unused(Mapping mapping) {
    Set<String> unused = new LinkedHashSet<>(mapping.measurements().keySet());
    unused.removeAll(quantities.keySet());
    return unused;
  }

  private Set<String> unmapped() {
    Set<String> unmapped = featuresOf(bundle);
    unmapped.removeAll(quantities.keySet());
    return unmapped;
  }

  private static Set<String> featuresOf(Manifest bundle) {
    return bundle.features().stream()
        .map(Feature::of)
        .collect(Collectors.toCollection(LinkedHashSet::new));
  }
}
