package org.sidereus.integration.stream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;
import static org.assertj.core.api.Assertions.within;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.sidereus.integration.environment.CommandRun;
import org.sidereus.integration.environment.InProcess;
import org.sidereus.integration.environment.RunningService;
import org.sidereus.integration.environment.TestEnvironment;
import org.sidereus.schemas.Measurement;
import org.sidereus.schemas.ObjectPosterior;
import org.sidereus.schemas.Observation;
import org.sidereus.schemas.ParameterPosterior;
import org.sidereus.schemas.Rejection;
import org.sidereus.schemas.RejectionReason;

/** One service infers stars with one bundle and galaxies with another. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class TwoSciencesTest {
  /** Number of galaxies; {@code -Dsciences.galaxies=10000} for the whole catalogue. */
  private static final int ROWS = Integer.getInteger("sciences.galaxies", 300);

  private static final Duration PATIENCE = Duration.ofMinutes(10);

  @TempDir private Path folder;
  private final TestEnvironment environment = InProcess.start();

  @AfterAll
  void stop() {
    environment.close();
  }

  private RunningService service(String name) throws InterruptedException {
    return RunningService.start(
        environment,
        name,
        folder.resolve(name),
        Map.of("bundles", "gce-tng,sed-provabgs", "state.store", "rocksdb"));
  }

  @Test
  void shouldInferEachObservationWithItsBundle() throws Exception {
    try (RunningService service = service("two")) {
      service.send(
          observation(
              "star",
              "gce-tng",
              0,
              List.of(new Measurement("Fe_H", -0.3, 0.05), new Measurement("Mg_Fe", 0.1, 0.05))));
      service.send(observation("galaxy", "sed-provabgs", 0, photometry(17.0, true)));
      service.send(observation("no redshift", "sed-provabgs", 0, photometry(17.0, false)));
      List<ObjectPosterior> posteriors = service.objects().await(2);
      Rejection rejection = service.rejections().await(1).get(0);

      assertThat(posteriors)
          .extracting(ObjectPosterior::getObject, ObjectPosterior::getBundle)
          .containsExactlyInAnyOrder(tuple("star", "gce-tng"), tuple("galaxy", "sed-provabgs"));
      ObjectPosterior galaxy =
          posteriors.stream().filter(p -> p.getObject().equals("galaxy")).findFirst().get();
      assertThat(galaxy.getDerived())
          .extracting(ParameterPosterior::getName)
          .contains("beta1", "log10_SFR_1Gyr", "age_MW_Gyr", "log10_Z_MW");
      assertThat(galaxy.getDerived())
          .allSatisfy(one -> assertThat(one.getSd()).isFinite().isPositive());
      assertThat(rejection.getObject()).isEqualTo("no redshift");
      assertThat(rejection.getReason()).isEqualTo(RejectionReason.MISSING_OBSERVABLE);
      assertThat(rejection.getDetail()).contains("redshift");
    }
  }

  @Test
  void shouldInferASecondRevisionOfTheSameGalaxy() throws Exception {
    try (RunningService service = service("revisions")) {
      service.send(observation("galaxy", "sed-provabgs", 0, photometry(17.0, true)));
      service.send(observation("galaxy", "sed-provabgs", 1, photometry(16.0, true)));
      List<ObjectPosterior> posteriors = service.objects().await(2);
      assertThat(posteriors).extracting(ObjectPosterior::getRevision).containsExactly(0, 1);
      // a magnitude brighter is 0.4 dex more mass
      double change = mass(posteriors.get(1)) - mass(posteriors.get(0));
      assertThat(change).isBetween(0.2, 0.6);
    }
  }

  /** The service restarts after two visits, and gets them a second time. */
  @Tag("thorough")
  @Test
  void shouldCombineTheVisitsOfAGalaxyAcrossARestartAndAsInferDoes() throws Exception {
    // The errors of the combination, too, are within those of the bundle's training.
    List<String> lines =
        List.of(
            "object,visit,mag_u,mag_u_err,mag_g,mag_g_err,mag_r,mag_r_err,mag_i,mag_i_err,mag_z,mag_z_err,redshift",
            "galaxy,n1,19.50,0.40,17.80,0.20,17.00,0.20,16.55,0.20,16.45,0.20,0.08",
            "galaxy,n2,19.10,0.30,17.55,0.20,17.15,0.25,16.75,0.20,16.30,0.20,0.08",
            "galaxy,n3,19.60,0.40,17.70,0.10,16.95,0.10,16.65,0.10,16.40,0.10,0.08");
    Path two = Files.write(folder.resolve("two.csv"), lines.subList(0, 3));
    Path three = Files.write(folder.resolve("three.csv"), lines);
    try (RunningService service = service("visits")) {
      publish(service, two);
      service.objects().await(2);
    }
    try (RunningService service = service("visits")) {
      publish(service, three);
      List<ObjectPosterior> all = service.objects().await(5);
      assertThat(all).extracting(ObjectPosterior::getVisits).containsExactly(1, 2, 2, 2, 3);
      assertThat(all).extracting(ObjectPosterior::getRevision).containsExactly(1, 2, 2, 2, 3);
      assertThat(all.get(3).getParameters()).isEqualTo(all.get(1).getParameters());
      ObjectPosterior last = all.get(4);
      assertThat(last.getFlags()).doesNotContain("OUT_OF_SUPPORT");
      // the brightness, and with it the mass, is known better
      assertThat(last.getParameters().get(0).getSd())
          .isLessThan(all.get(0).getParameters().get(0).getSd());
      assertThat(service.rejections().poll()).isEmpty();

      Path out = folder.resolve("posteriors.csv");
      String[] infer = {
        "infer", "--bundle", "sed-provabgs", "--in", three.toString(), "--out", out.toString()
      };
      CommandRun run = CommandRun.here(infer);
      assertThat(run.exitCode()).as("infer: %s", run.err()).isZero();
      List<String> table = Files.readAllLines(out);
      assertThat(table).hasSize(2);
      List<String> header = List.of(table.get(0).split(","));
      List<String> row = List.of(table.get(1).split(","));
      assertThat(row.get(header.indexOf("visits"))).isEqualTo("3");
      for (ParameterPosterior one : last.getParameters()) {
        double mean = Double.parseDouble(row.get(header.indexOf(one.getName() + "_mean")));
        double sd = Double.parseDouble(row.get(header.indexOf(one.getName() + "_sd")));
        assertThat(one.getMean()).as(one.getName()).isCloseTo(mean, within(1e-9));
        assertThat(one.getSd()).as(one.getName()).isCloseTo(sd, within(1e-9));
      }
    }
  }

  private static void publish(RunningService service, Path catalogue) {
    List<String> command =
        new ArrayList<>(
            List.of(
                "publish",
                "--in",
                catalogue.toString(),
                "--survey",
                "test",
                "--group",
                "field",
                "--bundle",
                "sed-provabgs"));
    command.addAll(service.options());
    CommandRun run = CommandRun.here(command.toArray(String[]::new));
    assertThat(run.exitCode()).as("publish: %s", run.err()).isZero();
  }

  @Test
  void shouldLoseNoneOfTheRealGalaxies() throws Exception {
    Path catalogue =
        Path.of(
            System.getProperty("sidereus.shared", "shared"),
            "data",
            "galaxies",
            "galaxies_sdss_ugriz.csv");
    Assumptions.assumeTrue(Files.isReadable(catalogue), "skipped: there is no " + catalogue);
    List<String> lines = Files.readAllLines(catalogue).subList(0, ROWS + 1);
    Path some = folder.resolve("galaxies.csv");
    Files.write(some, lines);
    int dark = (int) lines.stream().skip(1).filter(TwoSciencesTest::hasNoMagnitude).count();
    Path mapping = Path.of(System.getProperty("sidereus.home"), "surveys", "sdss-galaxies.json");
    try (RunningService service = service("real")) {
      List<String> command =
          new ArrayList<>(
              List.of(
                  "publish",
                  "--in",
                  some.toString(),
                  "--mapping",
                  mapping.toString(),
                  "--bundle",
                  "sed-provabgs"));
      command.addAll(service.options());
      CommandRun run = CommandRun.here(command.toArray(String[]::new));
      assertThat(run.exitCode()).as("publish: %s", run.err()).isZero();
      service.objects().await(PATIENCE, all -> all.size() >= ROWS - dark);
      service.rejections().await(PATIENCE, all -> all.size() >= dark);
      assertThat(service.objects().settled()).hasSize(ROWS - dark);
      assertThat(service.rejections().settled())
          .hasSize(dark)
          .allSatisfy(
              one -> assertThat(one.getReason()).isEqualTo(RejectionReason.MISSING_OBSERVABLE));
      assertThat(service.objects().settled())
          .allSatisfy(one -> assertThat(one.getParameters().get(0).getSd()).isPositive());
    }
  }

  /** Whether a flux, in one of the columns from the fifth, is not positive. */
  private static boolean hasNoMagnitude(String line) {
    String[] cells = line.split(",");
    return Arrays.stream(cells, 4, 9).anyMatch(cell -> !(Double.parseDouble(cell) > 0));
  }

  private static double mass(ObjectPosterior posterior) {
    return posterior.getParameters().get(0).getMean();
  }

  private static List<Measurement> photometry(double r, boolean redshift) {
    List<Measurement> measurements =
        new ArrayList<>(
            List.of(
                new Measurement("mag_u", r + 2.4, 0.08),
                new Measurement("mag_g", r + 0.7, 0.022),
                new Measurement("mag_r", r, 0.021),
                new Measurement("mag_i", r - 0.35, 0.021),
                new Measurement("mag_z", r - 0.6, 0.032)));
    if (redshift) {
      measurements.add(new Measurement("redshift", 0.08, null));
    }
    return measurements;
  }

  private static Observation observation(
      String object, String bundle, int revision, List<Measurement> measurements) {
    return Observation.newBuilder()
        .setSurvey("test")
        .setObject(object)
        .setTime(Instant.parse("2026-01-01T00:00:00Z"))
        .setRevision(revision)
        .setBundle(bundle)
        .setMeasurements(measurements)
        .build();
  }
}
