package org.sidereus.catalogs.check;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.sidereus.catalogs.mapping.Unit;
import org.sidereus.catalogs.table.Column;

/** Proposes how magnitudes are made from columns of magnitudes or fluxes. */
final class ProposedMagnitudes {
  private static final String SDSS = "ugriz";

  private final ProposedColumns columns;
  private final JsonNodeFactory nodes = JsonNodeFactory.instance;

  ProposedMagnitudes(ProposedColumns columns) {
    this.columns = columns;
  }

  /** The measurement of a band; null: no column is like it. */
  @Nullable ObjectNode of(String band) {
    for (String pattern :
        List.of(
            "mag_%s",
            "%smag", "mag%s", "m_%s", "modelmag_%s", "cmodelmag_%s", "petromag_%s", "psfmag_%s")) {
      Column column = columns.find(pattern.formatted(band));
      if (column != null && !isFlux(column)) {
        return measured(unreddened(column, band));
      }
    }
    for (String pattern :
        List.of("flux_%s", "%s_flux", "flux%s", "modelflux_%s", "nmgy_%s", "f_%s")) {
      Column column = columns.find(pattern.formatted(band));
      if (column != null) {
        return measured(magnitude(column, columns.find("mw_transmission_" + band), null));
      }
    }
    Column letter = columns.find(band);
    if (letter != null && isBand(letter)) {
      return measured(isFlux(letter) ? magnitude(letter, null, null) : unreddened(letter, band));
    }
    Column byUcd = columns.byUcd("phot.mag;em.opt." + band);
    return byUcd == null ? ofArray(band) : measured(columns.withError(byUcd));
  }

  /**
   * Whether a column that is called like a band is one: it has a unit of photometry, or the table
   * has others of them. A column z alone is a redshift.
   */
  private boolean isBand(Column column) {
    Unit unit = ProposedColumns.unit(column);
    return unit == null
        ? columns.find("g") != null && columns.find("r") != null
        : unit.isFlux() || unit.kind() == Unit.Kind.MAGNITUDE;
  }

  /** A magnitude without the extinction of the Milky Way, where the table has it. */
  private ObjectNode unreddened(Column magnitude, String band) {
    Column extinction = columns.find("extinction_" + band);
    if (extinction == null || extinction.equals(magnitude)) {
      return columns.withError(magnitude);
    }
    ObjectNode difference = nodes.objectNode();
    difference
        .putArray("difference")
        .add(columns.withError(magnitude))
        .add(columns.withoutError(extinction));
    columns.note(
        "%s is taken from %s, which is hence taken as not corrected for the Milky Way."
            .formatted(extinction.name(), magnitude.name()));
    return difference;
  }

  private boolean isFlux(Column column) {
    Unit unit = ProposedColumns.unit(column);
    return unit != null && unit.isFlux();
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
        Column last = columns.exactly(name + "[" + (SDSS.length() - 1 + offset) + "]");
        boolean ends = columns.exactly(name + "[" + (SDSS.length() + offset) + "]") == null;
        Column column = columns.exactly(name + "[" + (position + offset) + "]");
        if (last != null && ends && column != null) {
          Column extinction = columns.exactly("EXTINCTION[" + (position + offset) + "]");
          columns.note(
              "The elements of %s are taken as %s%s."
                  .formatted(name, offset == 0 ? "" : "F, N, ", "u, g, r, i, z"));
          return measured(magnitude(column, null, extinction));
        }
      }
    }
    return null;
  }

  private ObjectNode magnitude(
      Column flux, @Nullable Column transmission, @Nullable Column extinction) {
    ObjectNode value = columns.withError(flux);
    if (ProposedColumns.unit(flux) == null) {
      value.put("unit", "nmgy");
      columns.note(
          "The table does not tell the unit of %s; nanomaggies are assumed."
              .formatted(flux.name()));
    }
    if (transmission != null) {
      ObjectNode quotient = nodes.objectNode();
      quotient.putArray("quotient").add(value).add(columns.withoutError(transmission));
      value = quotient;
    } else if (extinction != null) {
      ObjectNode dereddened = nodes.objectNode();
      dereddened.set("dereddened", value);
      dereddened.set("extinction", columns.withoutError(extinction));
      value = dereddened;
    }
    ObjectNode magnitude = nodes.objectNode();
    magnitude.set("magnitude", value);
    return magnitude;
  }

  private ObjectNode measured(JsonNode value) {
    return nodes.objectNode().set("value", value);
  }
}
