package org.sidereus.catalogs.check;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.util.DefaultIndenter;
import com.fasterxml.jackson.core.util.DefaultPrettyPrinter;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.sidereus.catalogs.mapping.NamedUnit;
import org.sidereus.catalogs.mapping.Sentinels;
import org.sidereus.catalogs.mapping.Unit;
import org.sidereus.catalogs.table.Cell;
import org.sidereus.catalogs.table.Column;
import org.sidereus.catalogs.table.Table;
import org.sidereus.catalogs.table.TableRow;
import org.sidereus.engine.SidereusException;
import org.sidereus.engine.bundle.Feature;
import org.sidereus.engine.bundle.Manifest;

/**
 * Proposes a mapping for a table from the names, units and UCDs of its columns and from its first
 * rows. It is a beginning: what it does not find, and what flags mean, an astronomer says.
 */
public final class MappingProposal {
  private static final Pattern RATIO = Pattern.compile("([A-Z][a-z]?)_(Fe|H)");
  private static final Pattern BAND = Pattern.compile("mag_(\\w+)");
  private static final String SDSS = "ugriz";
  private static final List<String> IDENTIFIERS =
      List.of(
          "object",
          "id",
          "objid",
          "sourceid",
          "starid",
          "sobjectid",
          "apogeeid",
          "targetid",
          "cataid",
          "nsaid",
          "name",
          "star",
          "designation",
          "cname",
          "uid");
  private static final List<String> GROUPS = List.of("group", "cluster", "galaxy", "host", "dwarf");
  private static final List<String> TIMES = List.of("time", "mjd", "jd", "dateobs", "obstime");

  /** Likely sentinels beside the {@linkplain Sentinels#usual usual} ones. */
  private static final List<Double> LIKELY = List.of(99.0, 99.9, 999.0, 9999.0);

  /** The CDS has e_ and E_, the NASA Exoplanet Archive err1 above and err2, negative, below. */
  private static final List<Sides> SIDES =
      List.of(
          new Sides("e_%s", "E_%s", false, true),
          new Sides("%s_err2", "%s_err1", true, false),
          new Sides("%s_err_lower", "%s_err_upper"),
          new Sides("%s_err_low", "%s_err_up"),
          new Sides("%s_err_low", "%s_err_upp"),
          new Sides("%s_err_low", "%s_err_high"),
          new Sides("%s_err_lo", "%s_err_up"),
          new Sides("%s_err_lo", "%s_err_hi"),
          new Sides("%s_lower_err", "%s_upper_err"),
          new Sides("%s_lower_error", "%s_upper_error"),
          new Sides("%s_error_lower", "%s_error_upper"),
          new Sides("%s_err_minus", "%s_err_plus"),
          new Sides("%s_err_neg", "%s_err_pos"),
          new Sides("%s_err_m", "%s_err_p"));

  private static final int ROWS = 10_000;

  private final Table table;
  private final Manifest bundle;
  private final JsonMapper mapper = new JsonMapper();
  private final Map<String, Column> byName = new LinkedHashMap<>();
  private final Map<String, Column> byPlainName = new LinkedHashMap<>();
  private final Set<String> notes = new LinkedHashSet<>();
  private final Set<String> used = new LinkedHashSet<>();

  /** A proposal for a table at its first row; closing the table is left to the caller. */
  public MappingProposal(Table table, Manifest bundle) {
    this.table = table;
    this.bundle = bundle;
    for (Column column : table.schema()) {
      byName.putIfAbsent(column.name(), column);
      byPlainName.putIfAbsent(plain(column.name()), column);
    }
    for (Column column : table.schema()) {
      byPlainName.putIfAbsent(plain(NamedUnit.of(column.name()).name()), column);
    }
  }

  /** A name in lower case without anything but letters and digits. */
  private static String plain(String name) {
    return name.toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9]", "");
  }

  /**
   * The mapping file.
   *
   * @throws SidereusException if no column is like a quantity of the bundle
   */
  public String json() {
    ObjectNode measurements = mapper.createObjectNode();
    List<String> absent = new ArrayList<>();
    Set<String> names =
        bundle.features().stream()
            .map(Feature::of)
            .collect(Collectors.toCollection(LinkedHashSet::new));
    for (String name : names) {
      ObjectNode measurement = measurement(name);
      if (measurement == null) {
        absent.add(name);
      } else {
        measurements.set(name, measurement);
      }
    }
    if (measurements.isEmpty()) {
      throw new SidereusException(
          "no column is like one of %s, which the bundle %s reads; write the mapping by hand (docs/reference/mapping.md). The columns are %s"
              .formatted(
                  String.join(", ", names),
                  bundle.name(),
                  String.join(", ", byName.keySet().stream().limit(100).toList())));
    }
    if (!absent.isEmpty()) {
      notes.add("No column is like " + String.join(", ", absent) + ".");
    }
    return text(root(measurements));
  }

  private ObjectNode root(ObjectNode measurements) {
    ObjectNode root = mapper.createObjectNode();
    root.put("format", 1);
    ArrayNode note = root.putArray("note");
    note.add(
        "A proposal from names, units and UCDs. Check it with 'sidereus mapping check', and add"
            + " what only you know: floors of errors, flags, a selection (where).");
    ObjectNode source = root.putObject("source");
    source.put("kind", table.format().option());
    String id = identifier();
    if (id != null) {
      root.put("id_column", id);
    }
    Column group = named(GROUPS);
    if (group != null) {
      root.put("group_column", group.name());
    }
    addTime(root);
    addSentinels(root);
    notes.forEach(note::add);
    root.set("measurements", measurements);
    return root;
  }

  private @Nullable ObjectNode measurement(String name) {
    Matcher ratio = RATIO.matcher(name);
    if (ratio.matches()) {
      return ofAbundance(name, ratio.group(1), ratio.group(2));
    }
    Matcher band = BAND.matcher(name);
    if (band.matches()) {
      return ofBand(band.group(1));
    }
    if (name.equals("redshift")) {
      return ofRedshift();
    }
    if (name.equals("T_birth_Gyr")) {
      return ofAge();
    }
    Column same = find(name);
    return same == null ? null : measurement("value", column(same));
  }

  private ObjectNode measurement(String key, ObjectNode value) {
    ObjectNode measurement = mapper.createObjectNode();
    measurement.set(key, value);
    return measurement;
  }

  private @Nullable ObjectNode ofAbundance(String name, String element, String over) {
    Column direct = find(name);
    if (direct == null && over.equals("H")) {
      direct = find("M_H");
      if (direct != null) {
        notes.add(name + " is made from " + direct.name() + ", which may be [M/H].");
      }
    }
    if (direct != null) {
      return flagged(measurement("value", column(direct)), direct);
    }
    if (over.equals("H")) {
      return null;
    }
    Column overHydrogen = find(element + "_H");
    if (overHydrogen == null) {
      overHydrogen = byPlainName.get(plain(element));
    }
    Column iron = find("Fe_H");
    if (overHydrogen == null || iron == null || overHydrogen.equals(iron)) {
      return null;
    }
    ObjectNode difference = mapper.createObjectNode();
    difference.putArray("difference").add(column(overHydrogen)).add(column(iron));
    notes.add(
        "%s is made from %s, taken as [%s/H] in dex, and %s."
            .formatted(name, overHydrogen.name(), element, iron.name()));
    return flagged(measurement("value", difference), overHydrogen);
  }

  private @Nullable ObjectNode ofBand(String band) {
    for (String pattern :
        List.of(
            "mag_%s",
            "%smag", "mag%s", "m_%s", "modelmag_%s", "cmodelmag_%s", "petromag_%s", "psfmag_%s")) {
      Column column = find(pattern.formatted(band));
      if (column != null && !isFlux(column)) {
        return measurement("value", column(column));
      }
    }
    for (String pattern :
        List.of("flux_%s", "%s_flux", "flux%s", "modelflux_%s", "nmgy_%s", "f_%s")) {
      Column column = find(pattern.formatted(band));
      if (column != null) {
        return measurement("value", magnitude(column, find("mw_transmission_" + band), null));
      }
    }
    Column letter = find(band);
    if (letter != null && isBand(letter)) {
      return measurement("value", isFlux(letter) ? magnitude(letter, null, null) : column(letter));
    }
    Column byUcd = byUcd("phot.mag;em.opt." + band);
    return byUcd == null ? ofArray(band) : measurement("value", column(byUcd));
  }

  /**
   * Whether a column that is called like a band is one: it has a unit of photometry, or the table
   * has others of them. A column z alone is a redshift.
   */
  private boolean isBand(Column column) {
    Unit unit = unit(column);
    return unit == null
        ? find("g") != null && find("r") != null
        : unit.isFlux() || unit.kind() == Unit.Kind.MAGNITUDE;
  }

  private boolean isFlux(Column column) {
    Unit unit = unit(column);
    return unit != null && unit.isFlux();
  }

  /** The unit that the table tells, or that stands behind the name; null: none that is known. */
  private static @Nullable Unit unit(Column column) {
    String unit = column.unit() == null ? NamedUnit.of(column.name()).unit() : column.unit();
    return unit == null ? null : Unit.parse(unit);
  }

  /** The element of an array of fluxes in the bands of the SDSS, or those of GALEX before them. */
  private @Nullable ObjectNode ofArray(String band) {
    int position = SDSS.indexOf(band);
    if (position < 0 || band.length() != 1) {
      return null;
    }
    for (String name :
        List.of(
            "MODELFLUX", "CMODELFLUX", "ELPETRO_FLUX", "PETROFLUX", "SERSIC_FLUX", "PETRO_FLUX")) {
      for (int offset : new int[] {0, 2}) {
        Column last = byName.get(name + "[" + (SDSS.length() - 1 + offset) + "]");
        boolean ends = byName.get(name + "[" + (SDSS.length() + offset) + "]") == null;
        Column column = byName.get(name + "[" + (position + offset) + "]");
        if (last != null && ends && column != null) {
          Column extinction = byName.get("EXTINCTION[" + (position + offset) + "]");
          notes.add(
              "The elements of %s are taken as %s%s."
                  .formatted(name, offset == 0 ? "" : "F, N, ", "u, g, r, i, z"));
          return measurement("value", magnitude(column, null, extinction));
        }
      }
    }
    return null;
  }

  private ObjectNode magnitude(
      Column flux, @Nullable Column transmission, @Nullable Column extinction) {
    ObjectNode value = column(flux);
    if (unit(flux) == null) {
      value.put("unit", "nmgy");
      notes.add(
          "The table does not tell the unit of %s; nanomaggies are assumed."
              .formatted(flux.name()));
    }
    if (transmission != null) {
      ObjectNode quotient = mapper.createObjectNode();
      quotient.putArray("quotient").add(value).add(plainColumn(transmission));
      value = quotient;
    } else if (extinction != null) {
      ObjectNode dereddened = mapper.createObjectNode();
      dereddened.set("dereddened", value);
      dereddened.set("extinction", plainColumn(extinction));
      value = dereddened;
    }
    ObjectNode magnitude = mapper.createObjectNode();
    magnitude.set("magnitude", value);
    return magnitude;
  }

  private @Nullable ObjectNode ofRedshift() {
    for (String name : List.of("redshift", "z_spec", "zspec", "specz", "z_best", "z_helio", "z")) {
      Column column = find(name);
      if (column != null) {
        return measurement("value", plainColumn(column));
      }
    }
    Column byUcd = byUcd("src.redshift");
    return byUcd == null ? null : measurement("value", plainColumn(byUcd));
  }

  private @Nullable ObjectNode ofAge() {
    Column column = null;
    for (String name : List.of("age", "age_gyr", "age_myr", "log_age", "logage", "age_yr")) {
      column = column == null ? find(name) : column;
    }
    column = column == null ? byUcd("time.age") : column;
    if (column == null) {
      return null;
    }
    ObjectNode value = column(column);
    String name = plain(column.name());
    Unit unit = unit(column);
    if (unit == null) {
      value.put("unit", name.contains("log") ? "[yr]" : name.endsWith("myr") ? "Myr" : "Gyr");
      notes.add(
          "The table does not tell the unit of %s; %s is assumed."
              .formatted(column.name(), value.get("unit").textValue()));
    }
    boolean logarithm =
        name.contains("log") || (unit != null && unit.kind() == Unit.Kind.LOGARITHM);
    if (logarithm) {
      ObjectNode power = mapper.createObjectNode();
      power.set("power_of_ten", value);
      value = power;
    }
    ObjectNode age = measurement("age", value);
    age.put("floor", 0.2);
    age.put("floor_rule", "minimum");
    age.put("largest_error", 4);
    return age;
  }

  /** A column of a name, in any case and with any separators. */
  private @Nullable Column find(String name) {
    Column same = byName.get(name);
    return same == null ? byPlainName.get(plain(name)) : same;
  }

  private @Nullable Column byUcd(String ucd) {
    String wanted = ucd.toLowerCase(Locale.ROOT);
    return table.schema().stream()
        .filter(one -> one.ucd() != null && one.ucd().toLowerCase(Locale.ROOT).startsWith(wanted))
        .findFirst()
        .orElse(null);
  }

  private ObjectNode plainColumn(Column column) {
    used.add(column.name());
    return mapper.createObjectNode().put("column", column.name());
  }

  /** A column with its error or inverse variance, if the table has one. */
  private ObjectNode column(Column column) {
    ObjectNode node = plainColumn(column);
    NamedUnit named = NamedUnit.of(column.name());
    if (column.unit() == null && named.unit() != null) {
      if (unit(column) == null) {
        notes.add(
            "The unit '%s' of %s is not known; say it by \"unit\" or convert the column."
                .formatted(named.unit(), column.name()));
      } else {
        node.put("unit", named.unit());
      }
    }
    String name = named.name();
    String element = "";
    int bracket = name.indexOf('[');
    if (bracket > 0) {
      element = name.substring(bracket);
      name = name.substring(0, bracket);
    }
    for (Sides sides : SIDES) {
      Column lower = sides.lower(this, name, element);
      Column upper = sides.upper(this, name, element);
      if (lower != null && upper != null && !lower.equals(upper)) {
        return sided(node, sides, lower, upper);
      }
    }
    for (String pattern :
        List.of(
            "e_%s",
            "%s_err",
            "err_%s",
            "%s_error",
            "%serr",
            "sigma_%s",
            "%s_sigma",
            "sig_%s",
            "e%s",
            "er%s",
            "u_%s",
            "%s_unc",
            "%s_std")) {
      Column error = find(pattern.formatted(name) + element);
      error = error == null ? insertedError(name, "err") : error;
      if (error != null && !error.equals(column)) {
        used.add(error.name());
        return node.put("error", error.name());
      }
    }
    for (String pattern : List.of("%s_ivar", "ivar_%s", "%sivar", "%s_inverse_variance")) {
      Column inverse = find(pattern.formatted(name) + element);
      inverse = inverse == null ? insertedError(name, "ivar") : inverse;
      if (inverse != null) {
        used.add(inverse.name());
        return node.put("inverse_variance", inverse.name());
      }
    }
    notes.add(
        "No column is like an error of %s: without one, the bundle's default is taken."
            .formatted(column.name()));
    return node;
  }

  /**
   * The names of a lower and an upper error.
   *
   * @param lower pattern of the lower one, and of the upper one
   * @param negative whether tables write the lower one with a minus sign
   * @param exact whether the names differ by their case only
   */
  private record Sides(String lower, String upper, boolean negative, boolean exact) {
    Sides(String lower, String upper) {
      this(lower, upper, false, false);
    }

    @Nullable Column lower(MappingProposal of, String name, String element) {
      return find(of, lower.formatted(name) + element);
    }

    @Nullable Column upper(MappingProposal of, String name, String element) {
      return find(of, upper.formatted(name) + element);
    }

    private @Nullable Column find(MappingProposal of, String name) {
      return exact ? of.byName.get(name) : of.find(name);
    }
  }

  private ObjectNode sided(ObjectNode node, Sides sides, Column lower, Column upper) {
    used.add(lower.name());
    used.add(upper.name());
    node.putArray("error").add(lower.name()).add(upper.name());
    node.put("error_rule", "larger");
    if (sides.negative()) {
      node.put("negative_lower_error", true);
    }
    notes.add(
        "Of the errors %s and %s the larger one is taken; 'mean' takes their mean."
            .formatted(lower.name(), upper.name()));
    return node;
  }

  /** {@code flux_g} has {@code flux_ivar_g}, {@code modelMag_u} has {@code modelMagErr_u}. */
  private @Nullable Column insertedError(String name, String word) {
    int underscore = name.lastIndexOf('_');
    return underscore < 0
        ? null
        : find(name.substring(0, underscore) + "_" + word + name.substring(underscore));
  }

  /** The flag of a column: texts of limits, or one that should be 0. */
  private ObjectNode flagged(ObjectNode measurement, Column column) {
    Column limit = find("l_" + column.name());
    if (limit != null) {
      ObjectNode flag = measurement.putArray("flags").addObject();
      flag.put("column", limit.name());
      flag.putArray("values").add("<").add(">");
      return measurement;
    }
    for (String pattern : List.of("%s_flag", "flag_%s", "f_%s")) {
      Column flag = find(pattern.formatted(column.name()));
      if (flag != null) {
        ObjectNode node = measurement.putArray("flags").addObject();
        node.put("column", flag.name());
        node.putArray("good_values").add(0);
        notes.add(
            "Only 0 is taken as good in %s; 'bits' names single bits.".formatted(flag.name()));
        return measurement;
      }
    }
    return measurement;
  }

  private @Nullable String identifier() {
    Column byUcd = byUcd("meta.id;meta.main");
    Column found = byUcd == null ? named(IDENTIFIERS) : byUcd;
    return found == null ? null : found.name();
  }

  private @Nullable Column named(List<String> plainNames) {
    for (String name : plainNames) {
      Column column = byPlainName.get(name);
      if (column != null && !used.contains(column.name())) {
        return column;
      }
    }
    return null;
  }

  private void addTime(ObjectNode root) {
    Column named = named(TIMES);
    Column column = named == null ? byUcd("time.epoch") : named;
    if (column == null) {
      return;
    }
    ObjectNode time = root.putObject("time").put("column", column.name());
    String name = plain(column.name());
    if (name.equals("mjd") || name.equals("jd")) {
      time.put("format", name);
    }
  }

  /** Sentinels that the first rows have in the columns that are used. */
  private void addSentinels(ObjectNode root) {
    Map<Double, Set<String>> found = new LinkedHashMap<>();
    Set<Double> sentinels = new HashSet<>(Sentinels.usual());
    sentinels.addAll(LIKELY);
    int rows = 0;
    for (TableRow row = table.next(); row != null && rows < ROWS; row = table.next()) {
      rows++;
      for (String column : used) {
        Double number = number(row.value(column));
        for (Double sentinel : sentinels) {
          if (number != null && number.floatValue() == sentinel.floatValue()) {
            found.computeIfAbsent(sentinel, one -> new LinkedHashSet<>()).add(column);
          }
        }
      }
    }
    if (!found.isEmpty()) {
      ArrayNode missing = root.putArray("missing");
      found.forEach(
          (sentinel, columns) -> {
            if (sentinel == Math.rint(sentinel) && Math.abs(sentinel) < 1e9) {
              missing.add(sentinel.longValue());
            } else {
              missing.add(sentinel);
            }
            notes.add(
                "%s stands in %s, and is taken as missing."
                    .formatted(sentinel, String.join(", ", columns.stream().limit(5).toList())));
          });
    }
  }

  private static @Nullable Double number(Cell cell) {
    if (cell instanceof Cell.Floating floating) {
      return floating.value();
    }
    if (cell instanceof Cell.Whole whole) {
      return whole.number();
    }
    String text = cell.text();
    return text.matches("-?\\d+\\.?\\d*(?:[eE][+-]?\\d+)?") ? Double.valueOf(text) : null;
  }

  private String text(ObjectNode root) {
    DefaultPrettyPrinter printer =
        new DefaultPrettyPrinter().withObjectIndenter(new DefaultIndenter("  ", "\n"));
    try {
      return mapper.writer(printer).writeValueAsString(root) + "\n";
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(e);
    }
  }
}
