package org.sidereus.catalogs.catalog;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sidereus.catalogs.mapping.Mapping;
import org.sidereus.engine.bundle.Feature;
import org.sidereus.engine.bundle.Manifest;
import org.sidereus.engine.inference.Measurement;

/** The ready mappings on made-up rows with the columns and flags of the public data models. */
class ReadySurveysTest {
  private static final Manifest ABUNDANCES = manifest("gce-tng");
  private static final Manifest GALAXIES = manifest("sed-provabgs");
  private static final double FLOOR = 0.05;

  @TempDir Path folder;
  private final Reasons reasons = new Reasons();

  private static Manifest manifest(String name) {
    return Manifest.read(Path.of("..", "bundles", name, Manifest.FILE));
  }

  private Map<String, Map<String, Measurement>> read(
      String survey, Manifest bundle, String... lines) throws IOException {
    Path mapping = folder.resolve(survey + ".json");
    // the rows are CSV, whatever the survey publishes
    Files.writeString(
        mapping,
        Files.readString(Path.of("..", "surveys", survey + ".json"))
            .replaceFirst("\"source\": \\{[^}]*}", "\"source\": {\"kind\": \"csv\"}"));
    Path table = folder.resolve(survey + ".csv");
    Files.writeString(table, String.join("\n", lines) + "\n");
    CatalogSource source = CatalogSource.of(table, Mapping.read(mapping));
    Map<String, Map<String, Measurement>> objects = new LinkedHashMap<>();
    try (CatalogReader reader =
        new CatalogReader(
            source,
            List.of(bundle),
            ColumnOptions.NONE.forPublication(source.mapping()),
            reasons)) {
      for (CatalogEntry entry = reader.next(); entry != null; entry = reader.next()) {
        if (reader.hasTimes()) {
          assertThat(reader.timeOf(entry)).isAfter("2010-01-01T00:00:00Z");
        }
        objects.put(entry.id(), entry.rejection() == null ? entry.measurements() : Map.of());
      }
    }
    return objects;
  }

  private static void assertMeasured(Measurement one, double value, double error) {
    assertThat(one.value()).isCloseTo(value, within(1e-9));
    assertThat(one.error()).isCloseTo(error, within(1e-9));
  }

  @Test
  void shouldReadApogee() throws IOException {
    Map<String, Map<String, Measurement>> stars =
        read(
            "apogee-dr17",
            ABUNDANCES,
            "APOGEE_ID,ASPCAPFLAG,EXTRATARG,FE_H,FE_H_ERR,FE_H_FLAG,C_FE,C_FE_ERR,C_FE_FLAG,"
                + "N_FE,N_FE_ERR,N_FE_FLAG,O_FE,O_FE_ERR,O_FE_FLAG,MG_FE,MG_FE_ERR,MG_FE_FLAG,"
                + "SI_FE,SI_FE_ERR,SI_FE_FLAG",
            "2M1,128,0,-0.2,0.01,0,0.1,0.02,0,nan,nan,64,0.1,0.02,256,0.2,0.012,32,0.1,0.02,0",
            "2M1,0,16,-0.2,0.01,0,0.1,0.02,0,0.1,0.02,0,0.1,0.02,0,0.2,0.01,0,0.1,0.02,0",
            "2M2,8388608,0,-0.2,0.01,0,0.1,0.02,0,0.1,0.02,0,0.1,0.02,0,0.2,0.01,0,0.1,0.02,0",
            "2M3,0,0,-9999,0.01,0,0.1,0.02,4,0.1,0.5,0,0.1,0,0,0.2,0.01,0,0.1,0.02,0");
    assertThat(stars).containsOnlyKeys("2M1", "2M2", "2M3");
    assertThat(stars.get("2M1")).containsOnlyKeys("Fe_H", "C_Fe", "O_Fe", "Mg_Fe", "Si_Fe");
    assertMeasured(stars.get("2M1").get("Mg_Fe"), 0.2, 0.051419840528729764);
    assertThat(stars.get("2M2")).isEmpty();
    assertThat(stars.get("2M3")).containsOnlyKeys("Mg_Fe", "Si_Fe");
    assertThat(reasons.leftOut()).containsEntry("not selected", 1L);
    assertThat(reasons.missing().get("C_Fe")).containsEntry("flag C_FE_FLAG", 1L);
    assertThat(reasons.missing().get("N_Fe"))
        .containsEntry("flag N_FE_FLAG", 1L)
        .containsEntry("error larger than 0.3", 1L);
    assertThat(reasons.missing().get("O_Fe")).containsEntry("error not positive in O_FE_ERR", 1L);
    assertThat(reasons.missing().get("Fe_H")).containsEntry("sentinel in FE_H", 1L);
  }

  @Test
  void shouldReadGalah() throws IOException {
    Map<String, Map<String, Measurement>> stars =
        read(
            "galah-dr3",
            ABUNDANCES,
            "sobject_id,flag_sp,snr_c3_iraf,fe_h,e_fe_h,flag_fe_h,C_fe,e_C_fe,flag_C_fe,O_fe,"
                + "e_O_fe,flag_O_fe,Mg_fe,e_Mg_fe,flag_Mg_fe,Si_fe,e_Si_fe,flag_Si_fe",
            "140118002501001,0,45,-0.3,0.06,0,0.1,0.1,1,0.2,0.12,0,0.1,0.08,0,,,32",
            "140118002501002,16,45,-0.3,0.06,0,0.1,0.1,0,0.2,0.12,0,0.1,0.08,0,0,0.1,0",
            "140118002501003,0,12,-0.3,0.06,0,0.1,0.1,0,0.2,0.12,0,0.1,0.08,0,0,0.1,0");
    assertThat(stars).containsOnlyKeys("140118002501001");
    assertThat(stars.get("140118002501001")).containsOnlyKeys("Fe_H", "O_Fe", "Mg_Fe");

    stars =
        read(
            "galah-dr4",
            ABUNDANCES,
            "sobject_id,mjd,flag_sp,snr_px_ccd3,fe_h,e_fe_h,flag_fe_h,c_fe,e_c_fe,flag_c_fe,n_fe,"
                + "e_n_fe,flag_n_fe,o_fe,e_o_fe,flag_o_fe,mg_fe,e_mg_fe,flag_mg_fe,si_fe,e_si_fe,"
                + "flag_si_fe",
            "131118002901004,56614.4,0,80,-0.3,0.06,4,0.1,0.1,1,0.2,0.1,0,0.2,0.12,0,0.1,0.08,0,"
                + "0,0.05,0");
    assertThat(stars.get("131118002901004"))
        .containsOnlyKeys("Fe_H", "N_Fe", "O_Fe", "Mg_Fe", "Si_Fe");
    assertMeasured(stars.get("131118002901004").get("Fe_H"), -0.3, Math.hypot(0.06, FLOOR));
  }

  @Test
  void shouldReadGaiaEso() throws IOException {
    Map<String, Map<String, Measurement>> stars =
        read(
            "gaia-eso",
            ABUNDANCES,
            "CNAME,GES_FLD,FEH,E_FEH,C_C2,E_C_C2,UPPER_C_C2,N_CN,E_N_CN,UPPER_N_CN,O1,E_O1,"
                + "UPPER_COMBINED_O1,MG1,E_MG1,UPPER_COMBINED_MG1,SI1,E_SI1,UPPER_COMBINED_SI1",
            "0001,M67,0.05,0.04,8.5,0.06,0,7.9,0.1,1,,,,7.66,0.08,0,7.6,0.05,1");
    assertThat(stars.get("0001")).containsOnlyKeys("Fe_H", "C_Fe", "Mg_Fe");
    // log eps 7.66 - 7.53 - 0.05; errors 0.08 and 0.04, floor 0.05
    assertMeasured(stars.get("0001").get("Mg_Fe"), 0.08, Math.hypot(Math.hypot(0.08, 0.04), FLOOR));
  }

  @Test
  void shouldReadLamost() throws IOException {
    Map<String, Map<String, Measurement>> stars =
        read(
            "lamost-ddpayne",
            ABUNDANCES,
            "SPECID,FEH,FEH_ERR,C_FE,C_FE_ERR,FLAG_C_FE,N_FE,N_FE_ERR,FLAG_N_FE,O_FE,O_FE_ERR,"
                + "FLAG_O_FE,MG_FE,MG_FE_ERR,FLAG_MG_FE,SI_FE,SI_FE_ERR,FLAG_SI_FE",
            "s1,-0.4,0.03,0.1,0.05,0,0.1,0.05,1,-999,-999,0,0.2,0.04,0,0.1,0.25,0",
            "s2,nan,nan,0.1,0.05,0,0.1,0.05,0,0.1,0.1,0,0.2,0.04,0,0.1,0.05,0");
    assertThat(stars.get("s1")).containsOnlyKeys("Fe_H", "C_Fe", "Mg_Fe");
    assertThat(stars.get("s2")).doesNotContainKey("Fe_H");

    stars =
        read(
            "lamost-lrs",
            ABUNDANCES,
            "obsid,uid,mjd,snrg,feh,feh_err",
            "101001,G1,55859,40,-0.42,0.05",
            "101002,G2,55859,40,-9999,-9999");
    assertMeasured(stars.get("G1").get("Fe_H"), -0.42, Math.hypot(0.05, 0.1));
    assertThat(stars.get("G2")).isEmpty();
  }

  @Test
  void shouldReadHypatia() throws IOException {
    Map<String, Map<String, Measurement>> stars =
        read(
            "hypatia",
            ABUNDANCES,
            "name,Fe,Fe_err,C,C_err,N,N_err,O,O_err,Mg,Mg_err,Si,Si_err",
            "HIP 400,-0.05,0.08,0.02,0,,,null,null,0.03,0.06,--,--");
    assertThat(stars.get("HIP 400")).containsOnlyKeys("Fe_H", "C_Fe", "Mg_Fe");
    assertMeasured(
        stars.get("HIP 400").get("C_Fe"), 0.07, Math.hypot(Math.hypot(0.07, 0.08), 0.03));
  }

  @Test
  void shouldReadTheSdss() throws IOException {
    String columns =
        Stream.of("u", "g", "r", "i", "z")
            .map(b -> "modelMag_%s,modelMagErr_%s,extinction_%s".formatted(b, b, b))
            .collect(Collectors.joining(","));
    Map<String, Map<String, Measurement>> galaxies =
        read(
            "sdss-skyserver",
            GALAXIES,
            "objid,z,zWarning," + columns,
            "1237648720693755918,0.08,0,19.5,0.05,0.2,17.8,0.01,0.15,17,0.01,0.1,16.6,0.01,0.08,16.3,0.02,0.06",
            "1237648720693755919,0.08,4,19.5,0.05,0.2,17.8,0.01,0.15,17,0.01,0.1,16.6,0.01,0.08,16.3,0.02,0.06",
            "1237648720693755920,0.08,0,-9999,-9999,0.2,17.8,0.01,0.15,17,0.01,0.1,16.6,0.01,0.08,16.3,0.02,0.06");
    assertThat(galaxies).containsOnlyKeys("1237648720693755918", "1237648720693755920");
    Map<String, Measurement> one = galaxies.get("1237648720693755918");
    // so bright that an asinh magnitude is one of Pogson
    assertThat(one.get("mag_u").value()).isCloseTo(19.5 - 0.2 - 0.04, within(1e-3));
    assertThat(one.get("mag_z").value()).isCloseTo(16.3 - 0.06 + 0.02, within(1e-3));
    assertThat(one.get("mag_r").error()).isCloseTo(Math.hypot(0.01, 0.02), within(1e-4));
    assertThat(one.get("redshift").value()).isEqualTo(0.08);
    assertThat(galaxies.get("1237648720693755920")).doesNotContainKey("mag_u");
  }

  @Test
  void shouldReadTheNasaSloanAtlas() throws IOException {
    String columns =
        Stream.of("ELPETRO_FLUX", "ELPETRO_FLUX_IVAR", "EXTINCTION")
            .flatMap(name -> Stream.of(2, 3, 4, 5, 6).map(i -> name + "[" + i + "]"))
            .collect(Collectors.joining(","));
    Map<String, Map<String, Measurement>> galaxies =
        read(
            "nsa-v1",
            GALAXIES,
            "NSAID,Z," + columns,
            "7,0.03,100,300,500,700,-5,0.25,0.25,0.25,0.25,0.25,0.2,0.15,0.1,0.08,0.06");
    Map<String, Measurement> one = galaxies.get("7");
    assertThat(one).containsOnlyKeys("mag_u", "mag_g", "mag_r", "mag_i", "redshift");
    assertThat(one.get("mag_u").value()).isCloseTo(17.5 - 0.2, within(1e-9));
    assertThat(one.get("mag_u").error())
        .isCloseTo(Math.hypot(2.5 / Math.log(10) * 0.02, 0.05), within(1e-9));
    assertThat(reasons.missing().get("mag_z"))
        .containsKey("flux of ELPETRO_FLUX[6] and EXTINCTION[6] not positive");
  }

  @Test
  void shouldReadGama() throws IOException {
    String columns =
        Stream.of("u", "g", "r", "i", "z")
            .map(b -> "%s_flux,%s_fluxerr,A_%s".formatted(b, b, b))
            .collect(Collectors.joining(","));
    String cells =
        Arrays.stream(new double[] {1, 3, 5, 7, 9})
            .mapToObj(f -> "%s,%s,0.1".formatted(f * 363.1e-6, f * 5e-6))
            .collect(Collectors.joining(","));
    Map<String, Map<String, Measurement>> galaxies =
        read(
            "gama-lambdar",
            GALAXIES,
            "CATAID,Z,NQ," + columns,
            "6802,0.05,4," + cells,
            "6803,0.05,2," + cells);
    assertThat(galaxies).containsOnlyKeys("6802");
    // 363.1 uJy is AB 17.5
    assertThat(galaxies.get("6802").get("mag_u").value()).isCloseTo(17.4, within(1e-9));
  }

  @Test
  void shouldReadTheLegacySurveys() throws IOException {
    // no shipped bundle has these bands: one that knows missing values of them
    Manifest bundle =
        GALAXIES.toBuilder()
            .features(
                Stream.of(Feature.Kind.VALUE, Feature.Kind.ERROR, Feature.Kind.MASK)
                    .flatMap(
                        kind ->
                            Stream.of("mag_u", "mag_g", "mag_r", "mag_i", "mag_z")
                                .map(band -> new Feature(kind, band)))
                    .collect(
                        Collectors.collectingAndThen(
                            Collectors.toList(),
                            all -> {
                              all.add(new Feature(Feature.Kind.COVARIATE, "redshift"));
                              return all;
                            })))
            .build();
    String columns =
        Stream.of("G", "R", "Z")
            .map(b -> "FLUX_%s,FLUX_IVAR_%s,MW_TRANSMISSION_%s".formatted(b, b, b))
            .collect(Collectors.joining(","));
    Map<String, Map<String, Measurement>> galaxies =
        read(
            "desi-legacy",
            bundle,
            "TARGETID,Z,ZWARN,MASKBITS," + columns,
            "39627752067830488,0.1,0,0,80,25,0.8,300,25,0.9,-99,-99,0.95",
            "39627752067830489,0.1,0,2,80,25,0.8,300,25,0.9,400,25,0.95",
            "39627752067830490,0.1,4,0,80,25,0.8,300,25,0.9,400,25,0.95",
            "39627752067830491,0.1,0,64,80,25,0.8,300,25,0.9,400,25,0.95");
    Map<String, Measurement> one = galaxies.get("39627752067830488");
    assertThat(one).containsOnlyKeys("mag_g", "mag_r", "redshift");
    // 80 / 0.8 nanomaggies; relative error 0.2 / 80
    assertThat(one.get("mag_g").value()).isCloseTo(17.5, within(1e-9));
    assertThat(one.get("mag_g").error())
        .isCloseTo(Math.hypot(2.5 / Math.log(10) * 0.2 / 80, 0.02), within(1e-9));
    assertThat(galaxies.get("39627752067830489")).isEmpty();
    assertThat(galaxies).doesNotContainKey("39627752067830490");
    assertThat(galaxies.get("39627752067830491")).containsOnlyKeys("mag_g", "mag_z", "redshift");
  }
}
