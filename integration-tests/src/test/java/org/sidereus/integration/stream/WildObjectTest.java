package org.sidereus.integration.stream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.sidereus.integration.environment.DemoSurvey;
import org.sidereus.integration.environment.DemoSurvey.Row;
import org.sidereus.integration.environment.InProcess;
import org.sidereus.integration.environment.OfflineGroups;
import org.sidereus.integration.environment.RunningService;
import org.sidereus.schemas.GroupPosterior;
import org.sidereus.schemas.ObjectPosterior;

/** Objects with a value of 1e10: a group with them is as without them, and the stream goes on. */
@Timeout(value = 5, unit = TimeUnit.MINUTES)
class WildObjectTest {
  private static final double WILD = 1e10;
  private static final double TOLERANCE = 1e-9;
  private static final int GOOD = 40;
  private static final String GROUP = "g";

  @TempDir private Path folder;

  /** One has one such value, the other one nothing else. */
  private static List<Row> wild() {
    Row row = DemoSurvey.first(1).rows().get(0);
    String first = row.values().keySet().iterator().next();
    Map<String, Double> all = new TreeMap<>(row.values());
    all.replaceAll((name, value) -> WILD);
    return List.of(
        row.as("one-value", GROUP).with(first, WILD),
        new Row("all-values", GROUP, row.time(), all, row.errors()));
  }

  private static List<Row> good() {
    return DemoSurvey.first(GOOD).rows().stream().map(row -> row.as(row.object(), GROUP)).toList();
  }

  private OfflineGroups infer(String name, List<Row> rows, String flagged) {
    Path catalogue = folder.resolve(name + ".csv");
    new DemoSurvey(rows).write(catalogue, Duration.ofHours(1));
    return OfflineGroups.infer(catalogue, folder, "--group-column", "group", "--flagged", flagged);
  }

  @Test
  void shouldNotFalsifyItsGroup() throws Exception {
    assertNotFalsified("leave-out");
  }

  @Test
  @Tag("thorough")
  void shouldNotFalsifyItsGroupWhereFlaggedObjectsCount() throws Exception {
    assertNotFalsified("count");
  }

  private void assertNotFalsified(String flagged) throws Exception {
    List<Row> rows = new ArrayList<>(good().subList(0, GOOD / 2));
    rows.addAll(wild());
    rows.addAll(good().subList(GOOD / 2, GOOD));
    OfflineGroups without = infer("without", good(), flagged);
    OfflineGroups with = infer("with", rows, flagged);
    assertSameGroup(with, without);

    try (InProcess environment = InProcess.start();
        RunningService service =
            RunningService.start(
                environment, "wild-" + flagged, folder, Map.of("combination.flagged", flagged))) {
      rows.forEach(row -> service.send(row.observation()));
      List<ObjectPosterior> objects = service.objects().await(rows.size());
      assertThat(objects).extracting(ObjectPosterior::getObject).doesNotHaveDuplicates();
      assertThat(objects)
          .filteredOn(
              one -> one.getObject().endsWith("-value") || one.getObject().endsWith("-values"))
          .hasSize(2)
          .allSatisfy(one -> assertThat(one.getFlags()).contains("OUT_OF_SUPPORT"));
      service.groups().await(all -> agrees(with, all));
      GroupPosterior group = RunningService.forAllTime(service.groups().settled()).get(GROUP);
      with.assertAgreesWith(group, GROUP, TOLERANCE);
      assertThat(group.getCombined())
          .as("as many as without them")
          .isEqualTo(Long.parseLong(without.groups().get(GROUP).get("combined")));
      assertThat(service.rejections().settled()).isEmpty();
    }
  }

  private static boolean agrees(OfflineGroups offline, List<GroupPosterior> all) {
    GroupPosterior last = RunningService.forAllTime(all).get(GROUP);
    return last != null && offline.agreesWith(last, GROUP, TOLERANCE);
  }

  private static void assertSameGroup(OfflineGroups with, OfflineGroups without) {
    Map<String, String> row = with.groups().get(GROUP);
    Map<String, String> good = without.groups().get(GROUP);
    assertThat(row)
        .containsEntry("n", Integer.toString(GOOD + 2))
        .containsEntry("combined", good.get("combined"));
    List<String> numbers =
        row.keySet().stream()
            .filter(name -> name.endsWith("_mean") || name.endsWith("_sd"))
            .filter(name -> !good.get(name).isEmpty())
            .toList();
    assertThat(numbers).hasSizeGreaterThan(2);
    for (String name : numbers) {
      assertThat(Double.parseDouble(row.get(name)))
          .as(name)
          .isCloseTo(Double.parseDouble(good.get(name)), within(TOLERANCE));
    }
  }
}
