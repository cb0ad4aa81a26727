package org.sidereus.catalogs.check;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.util.DefaultIndenter;
import com.fasterxml.jackson.core.util.DefaultPrettyPrinter;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
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

  private static final int ROWS = 10_000;

  private final Table table;
  private final Manifest bundle;
  private final JsonMapper mapper = new JsonMapper();
  private final ProposedColumns columns;
  private final ProposedMagnitudes magnitudes;

  /** A proposal for a table at its first row; closing the table is left to the caller. */
  public MappingProposal(Table table, Manifest bundle) {
    this.table = table;
    this.bundle = bundle;
    columns = new ProposedColumns(table);
    magnitudes = new ProposedMagnitudes(columns);
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
                  String.join(", ", columns.names().stream().limit(100).toList())));
    }
    if (!absent.isEmpty()) {
      columns.note("No column is like " + String.join(", ", absent) + ".");
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
    Column group = columns.named(GROUPS);
    if (group != null) {
      root.put("group_column", group.name());
    }
    addTime(root);
    addSentinels(root);
    columns.notes().forEach(note::add);
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
      return magnitudes.of(band.group(1));
    }
    if (name.equals("redshift")) {
      return ofRedshift();
    }
    if (name.equals("T_birth_Gyr")) {
      return ofAge();
    }
    Column same = columns.find(name);
    return same == null ? null : measurement("value", columns.withError(same));
  }

  private ObjectNode measurement(String key, ObjectNode value) {
    ObjectNode measurement = mapper.createObjectNode();
    measurement.set(key, value);
    return measurement;
  }

  private @Nullable ObjectNode ofAbundance(String name, String element, String over) {
    Column direct = columns.find(name);
    if (direct == null && over.equals("H")) {
      direct = columns.find("M_H");
      if (direct != null) {
        columns.note(name + " is made from " + direct.name() + ", which may be [M/H].");
      }
    }
    if (direct != null) {
      return flagged(measurement("value", columns.withError(direct)), direct);
    }
    if (over.equals("H")) {
      return null;
    }
    Column overHydrogen = columns.find(element + "_H");
    if (overHydrogen == null) {
      overHydrogen = columns.find(element);
    }
    Column iron = columns.find("Fe_H");
    if (overHydrogen == null || iron == null || overHydrogen.equals(iron)) {
      return null;
    }
    ObjectNode difference = mapper.createObjectNode();
    difference
        .putArray("difference")
        .add(columns.withError(overHydrogen))
        .add(columns.withError(iron));
    columns.note(
        "%s is made from %s, taken as [%s/H] in dex, and %s."
            .formatted(name, overHydrogen.name(), element, iron.name()));
    return flagged(measurement("value", difference), overHydrogen);
  }

  private @Nullable ObjectNode ofRedshift() {
    for (String name : List.of("redshift", "z_spec", "zspec", "specz", "z_best", "z_helio", "z")) {
      Column column = columns.find(name);
      if (column != null) {
        return measurement("value", columns.withoutError(column));
      }
    }
    Column byUcd = columns.byUcd("src.redshift");
    return byUcd == null ? null : measurement("value", columns.withoutError(byUcd));
  }

  private @Nullable ObjectNode ofAge() {
    Column column = null;
    for (String name : List.of("age", "age_gyr", "age_myr", "log_age", "logage", "age_yr")) {
      column = column == null ? columns.find(name) : column;
    }
    column = column == null ? columns.byUcd("time.age") : column;
    if (column == null) {
      return null;
    }
    ObjectNode value = columns.withError(column);
    if (!value.has("error") && !value.has("inverse_variance")) {
      columns.leaveOut(column);
      columns.note(
          "%s is left out: it has no error, and the floor alone would make it too sharp."
              .formatted(column.name()));
      return null;
    }
    String name = ProposedColumns.plain(column.name());
    Unit unit = ProposedColumns.unit(column);
    if (unit == null) {
      value.put("unit", name.contains("log") ? "[yr]" : name.endsWith("myr") ? "Myr" : "Gyr");
      columns.note(
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

  /** The flag of a column: texts of limits, or one that should be 0. */
  private ObjectNode flagged(ObjectNode measurement, Column column) {
    Column limit = columns.find("l_" + column.name());
    if (limit != null) {
      ObjectNode flag = measurement.putArray("flags").addObject();
      flag.put("column", limit.name());
      flag.putArray("values").add("<").add(">");
      return measurement;
    }
    for (String pattern : List.of("%s_flag", "flag_%s", "f_%s")) {
      Column flag = columns.find(pattern.formatted(column.name()));
      if (flag != null) {
        ObjectNode node = measurement.putArray("flags").addObject();
        node.put("column", flag.name());
        node.putArray("good_values").add(0);
        columns.note(
            "Only 0 is taken as good in %s; 'bits' names single bits.".formatted(flag.name()));
        return measurement;
      }
    }
    return measurement;
  }

  private @Nullable String identifier() {
    Column byUcd = columns.byUcd("meta.id;meta.main");
    Column found = byUcd == null ? columns.named(IDENTIFIERS) : byUcd;
    return found == null ? null : found.name();
  }

  private void addTime(ObjectNode root) {
    Column named = columns.named(TIMES);
    Column column = named == null ? columns.byUcd("time.epoch") : named;
    if (column == null) {
      return;
    }
    ObjectNode time = root.putObject("time").put("column", column.name());
    String name = ProposedColumns.plain(column.name());
    if (name.equals("mjd") || name.equals("jd")) {
      time.put("format", name);
    }
  }

  /** Sentinels that the first rows have in the columns that are used. */
  private void addSentinels(ObjectNode root) {
    Map<Double, Set<String>> found = new LinkedHashMap<>();
    int rows = 0;
    for (TableRow row = table.next(); row != null && rows < ROWS; row = table.next()) {
      rows++;
      for (String column : columns.used()) {
        Double number = number(row.value(column));
        if (number != null && Sentinels.isUsual(number)) {
          found.computeIfAbsent(shortest(number), one -> new LinkedHashSet<>()).add(column);
        }
      }
    }
    if (!found.isEmpty()) {
      ArrayNode missing = root.putArray("missing");
      found.forEach(
          (sentinel, names) -> {
            if (sentinel == Math.rint(sentinel) && Math.abs(sentinel) < 1e9) {
              missing.add(sentinel.longValue());
            } else {
              missing.add(sentinel);
            }
            columns.note(
                "%s stands in %s, and is taken as missing."
                    .formatted(sentinel, String.join(", ", names.stream().limit(5).toList())));
          });
    }
  }

  /** 99.99 for 99.98999786376953, which it becomes where single precision is written in double. */
  private static double shortest(double number) {
    float single = (float) number;
    return single == number ? Double.parseDouble(Float.toString(single)) : number;
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
