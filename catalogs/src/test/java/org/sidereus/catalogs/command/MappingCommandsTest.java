package org.sidereus.catalogs.command;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sidereus.catalogs.mapping.Mapping;

/** The commands {@code mapping check} and {@code mapping new}. */
class MappingCommandsTest {
  @TempDir Path folder;
  private final Console console = new Console();

  private static Path bundle(String name) {
    return Path.of("..", "bundles", name);
  }

  private Path file(String name, String... lines) throws IOException {
    Path file = folder.resolve(name);
    Files.writeString(file, String.join("\n", lines) + "\n");
    return file;
  }

  /** The file of the mapping that is proposed for a table. */
  private Path proposed(Path table, String bundle) {
    Path mapping = folder.resolve("new.json");
    assertThat(
            console.sidereus(
                "mapping", "new", "--in", table, "--bundle", bundle(bundle), "--out", mapping))
        .as(console.err.toString())
        .isZero();
    return mapping;
  }

  private void check(Path mapping, Path table, String bundle) {
    assertThat(
            console.sidereus(
                "mapping", "check", mapping, "--in", table, "--bundle", bundle(bundle)))
        .as(console.err.toString())
        .isZero();
  }

  @Test
  void shouldExplainAMapping() throws IOException {
    Path table =
        file(
            "t.csv",
            "star,feh,e_feh,mg,e_mg,flag,snr",
            "a,-0.5,0.05,0.2,0.04,0,50",
            "b,-0.4,0.05,-99,0.04,0,50",
            "c,-0.3,0.06,0.1,0,0,50",
            "d,-0.3,0.06,0.1,0.04,4,50",
            "e,x,0.06,0.1,0.04,0,50",
            "f,-0.3,0.06,0.1,0.04,0,5",
            "g,,0.06,,0.04,0,50");
    Path mapping =
        file(
            "m.json",
            """
            {"format": 1, "id_column": "star", "missing": [-99], "where": "snr > 10",
             "measurements": {
               "Fe_H": {"value": {"column": "feh", "error": "e_feh"}},
               "Mg_Fe": {"value": {"column": "mg", "error": "e_mg"},
                         "flags": [{"column": "flag", "bits": 4}]},
               "Ba_Fe": {"value": {"column": "ba"}}}}
            """);
    check(mapping, table, "gce-tng");
    assertThat(console.out.toString())
        .contains("5 rows, of which 4 can get a posterior")
        .contains("left out: 1: not selected")
        .contains("left out: 1: none of the observables")
        .contains("broken: ", "line 6", "the feh is 'x', which is no number")
        .contains("Fe_H [dex]: 4 values, 1 missing (1 feh is empty)")
        .contains("values -0.5 to -0.3, median -0.3; the training has -1.387 to 1.35, and 0 of 4")
        .contains(
            "Mg_Fe [dex]: 1 values, 4 missing (1 sentinel in mg, 1 error not positive in e_mg,"
                + " 1 flag flag, 1 mg is empty)")
        .contains("errors 0.05 to 0.06, median 0.06; the training has 0.01 to 0.3")
        .contains("the bundle does not read Ba_Fe")
        .contains("the bundle reads C_Fe, He_Fe,")
        .doesNotContain("WARNING");
  }

  @Test
  void shouldExplainAMappingAsJson() throws IOException {
    Path table =
        file(
            "t.csv",
            "star,feh,e",
            "a,-0.5,0.05",
            "b,,0.05",
            "c,x,0.05",
            "d,250,0.05",
            "e,251,0.05");
    Path mapping =
        file(
            "m.json",
            """
            {"format": 1, "id_column": "star", "measurements": {
               "Fe_H": {"value": {"column": "feh", "error": "e"}}, "Ba_Fe": {"value": {"column": "e"}}}}
            """);
    assertThat(
            console.sidereus(
                "mapping",
                "check",
                mapping,
                "--in",
                table,
                "--bundle",
                bundle("gce-tng"),
                "--json"))
        .as(console.err.toString())
        .isZero();
    JsonNode all = new ObjectMapper().readTree(console.out.toString());
    assertThat(all.get("bundle").asText()).isEqualTo("gce-tng");
    assertThat(all.get("mapping").asText()).endsWith("m.json");
    assertThat(all.get("rows").asLong()).isEqualTo(4);
    assertThat(all.get("inferable").asLong()).isEqualTo(3);
    assertThat(all.get("broken_rows").asLong()).isEqualTo(1);
    assertThat(all.get("broken").get(0).asText()).contains("line 4", "'x', which is no number");
    assertThat(all.get("unused").get(0).asText()).isEqualTo("Ba_Fe");
    assertThat(all.get("unmapped")).isNotEmpty();
    JsonNode iron = all.get("quantities").get("Fe_H");
    assertThat(iron.get("unit").asText()).isEqualTo("dex");
    assertThat(iron.get("missing").get("feh is empty").asLong()).isEqualTo(1);
    assertThat(iron.get("values").get("count").asLong()).isEqualTo(3);
    assertThat(iron.get("values").get("largest").asDouble()).isEqualTo(251);
    assertThat(iron.get("values").get("outside_training").asLong()).isEqualTo(2);
    assertThat(iron.get("errors").get("median").asDouble()).isEqualTo(0.05);
    assertThat(iron.get("warnings").get(0).asText()).contains("outside of the training");
  }

  @Test
  void shouldWarnOfAWrongUnit() throws IOException {
    Path table =
        file(
            "g.csv",
            "id,u,g,r,i,z,zsp,e",
            "1,200,600,1000,1500,1800,24000,20",
            "2,210,610,1010,1510,1810,26000,20");
    // fluxes in uJy that nobody says, and a velocity in place of the redshift
    StringBuilder measurements = new StringBuilder();
    for (String band : List.of("u", "g", "r", "i", "z")) {
      measurements.append(
          """
          "mag_%s": {"value": {"column": "%s", "error": "e"}},
          """
              .formatted(band, band));
    }
    Path mapping =
        file(
            "m.json",
            "{\"format\": 1, \"measurements\": {",
            measurements.toString(),
            "\"redshift\": {\"value\": {\"column\": \"zsp\"}}}}");
    check(mapping, table, "sed-provabgs");
    assertThat(console.out.toString())
        .contains("WARNING: the median 210 is outside of the training (14.01 to 24.99)")
        .contains("a flux in nanomaggies ('magnitude')", "\"unit\": \"uJy\"")
        .contains("a velocity in km/s")
        .contains("WARNING: the median error 20 is larger than those of the training");
  }

  @Test
  void shouldProposeAMappingForAnApogeeLikeTable() throws IOException {
    Path table =
        file(
            "stars.csv",
            "APOGEE_ID,SNR,FE_H,FE_H_ERR,FE_H_FLAG,C_FE,C_FE_ERR,C_FE_FLAG,MG_H,MG_H_ERR,MG_H_FLAG,"
                + "age_Myr,e_age_Myr,mjd",
            "2M1,120,-0.2,0.01,0,0.1,0.02,0,-0.1,0.02,0,4500,500,58057.3",
            "2M2,120,-9999,-9999,2,0.1,0.02,0,-0.1,0.02,0,4500,500,58057.4");
    Path mapping = proposed(table, "gce-tng");
    Mapping made = Mapping.read(mapping);
    assertThat(made.object().id()).isEqualTo("APOGEE_ID");
    assertThat(made.object().timeColumn()).isEqualTo("mjd");
    assertThat(made.measurements()).containsOnlyKeys("C_Fe", "Fe_H", "Mg_Fe", "T_birth_Gyr");
    assertThat(made.measurements().get("C_Fe").columns())
        .containsExactly("C_FE", "C_FE_ERR", "C_FE_FLAG");
    assertThat(made.measurements().get("Mg_Fe").columns())
        .containsExactly("MG_H", "MG_H_ERR", "FE_H", "FE_H_ERR", "MG_H_FLAG");
    assertThat(Files.readString(mapping)).contains("-9999 ]", "Myr is assumed");

    check(mapping, table, "gce-tng");
    assertThat(console.out.toString())
        .contains("2 rows, of which 2 can get a posterior")
        .contains("T_birth_Gyr [Gyr]: 2 values")
        .contains("Fe_H [dex]: 1 values, 1 missing (1 flag FE_H_FLAG)");
    // an older file is not overwritten
    assertThat(
            console.sidereus(
                "mapping", "new", "--in", table, "--bundle", bundle("gce-tng"), "--out", mapping))
        .isEqualTo(1);
  }

  @Test
  void shouldProposeAMappingForGalaxies() throws IOException {
    Path table =
        file(
            "g.vot",
            """
            <?xml version="1.0"?>
            <VOTABLE version="1.3" xmlns="http://www.ivoa.net/xml/VOTable/v1.3"><RESOURCE><TABLE>
            <FIELD name="objid" datatype="long" ucd="meta.id;meta.main"/>
            <FIELD name="z" datatype="double" ucd="src.redshift"/>
            <FIELD name="flux_u" datatype="double" unit="uJy"/>
            <FIELD name="flux_ivar_u" datatype="double" unit="uJy-2"/>
            <FIELD name="g" datatype="double" unit="mag"/>
            <FIELD name="e_g" datatype="double" unit="mag"/>
            <FIELD name="modelMag_r" datatype="double"/>
            <FIELD name="modelMagErr_r" datatype="double"/>
            <FIELD name="i_flux" datatype="double"/>
            <FIELD name="zmag" datatype="double" unit="mag"/>
            <DATA><TABLEDATA>
            <TR><TD>1</TD><TD>0.1</TD><TD>36.31</TD><TD>1</TD><TD>18.5</TD><TD>0.1</TD><TD>17.5</TD>
            <TD>0.02</TD><TD>150</TD><TD>99</TD></TR>
            </TABLEDATA></DATA></TABLE></RESOURCE></VOTABLE>
            """);
    Path mapping = proposed(table, "sed-provabgs");
    Mapping made = Mapping.read(mapping);
    assertThat(made.object().id()).isEqualTo("objid");
    assertThat(made.measurements())
        .containsOnlyKeys("mag_u", "mag_g", "mag_r", "mag_i", "mag_z", "redshift");
    assertThat(made.measurements().get("mag_u").columns()).containsExactly("flux_u", "flux_ivar_u");
    assertThat(made.measurements().get("mag_r").columns())
        .containsExactly("modelMag_r", "modelMagErr_r");
    check(mapping, table, "sed-provabgs");
    assertThat(console.out.toString())
        .contains("mag_u [mag]: 1 values, 0 missing", "values 20 to 20")
        .contains("mag_z [mag]: 0 values, 1 missing (1 sentinel in zmag)");
  }

  @Test
  void shouldProposeTwoErrorsAndUnitsInNames() throws IOException {
    Path table =
        file(
            "stars.csv",
            "Name,[Fe/H] (dex),e_[Fe/H],E_[Fe/H],[C/Fe] [mdex],mg_fe,mg_fe_err1,mg_fe_err2,"
                + "Age (Myr),Age_err",
            "HD 1,-0.2,0.1,0.2,100,0.1,0.3,-0.4,4500,500");
    Path mapping = proposed(table, "gce-tng");
    Mapping made = Mapping.read(mapping);
    assertThat(made.measurements().get("Fe_H").columns())
        .containsExactly("[Fe/H] (dex)", "e_[Fe/H]", "E_[Fe/H]");
    assertThat(made.measurements().get("Mg_Fe").columns())
        .containsExactly("mg_fe", "mg_fe_err2", "mg_fe_err1");
    assertThat(made.measurements().get("T_birth_Gyr").columns())
        .containsExactly("Age (Myr)", "Age_err");
    check(mapping, table, "gce-tng");
    assertThat(console.out.toString())
        .contains("Fe_H [dex]: 1 values, 0 missing", "errors 0.2 to 0.2", "errors 0.4 to 0.4")
        .contains("values 9.298 to 9.298", "errors 0.5 to 0.5");
  }

  @Test
  void shouldProposeNoAgeWithoutErrorAndTakeTheExtinctionAway() throws IOException {
    Path stars = file("stars.csv", "name,fe_h,e_fe_h,age", "a,-0.2,0.1,4.5");
    assertThat(console.sidereus("mapping", "new", "--in", stars, "--bundle", bundle("gce-tng")))
        .as(console.err.toString())
        .isZero();
    assertThat(console.out.toString())
        .contains("age is left out: it has no error")
        .doesNotContain("\"age\" :");
    Path galaxies =
        file(
            "g.csv",
            "objid,modelMag_g,modelMagErr_g,extinction_g,modelMag_r,modelMagErr_r,z",
            "1,18.5,0.02,0.3,18,0.02,0.1");
    Path mapping = proposed(galaxies, "sed-provabgs");
    Mapping made = Mapping.read(mapping);
    assertThat(made.measurements().get("mag_g").columns())
        .containsExactly("modelMag_g", "modelMagErr_g", "extinction_g");
    assertThat(made.measurements().get("mag_r").columns())
        .containsExactly("modelMag_r", "modelMagErr_r");
  }

  @Test
  void shouldNotTakeARedshiftForTheBandZ() throws IOException {
    Path table =
        file(
            "g.csv",
            "Z,MODELFLUX[0],MODELFLUX[1],MODELFLUX[2],MODELFLUX[3],MODELFLUX[4]",
            "0.1,1,2,3,4,5");
    Path mapping = proposed(table, "sed-provabgs");
    Mapping made = Mapping.read(mapping);
    assertThat(made.measurements().get("mag_z").columns()).containsExactly("MODELFLUX[4]");
    assertThat(made.measurements().get("redshift").columns()).containsExactly("Z");
  }

  @Test
  void shouldSayThatNothingIsLikeTheBundle() throws IOException {
    Path table = file("t.csv", "name,colour", "a,red");
    assertThat(console.sidereus("mapping", "new", "--in", table, "--bundle", bundle("gce-tng")))
        .isEqualTo(1);
    assertThat(console.err.toString())
        .contains("no column is like one of C_Fe", "The columns are name, colour")
        .hasLineCount(1);
  }
}
