package org.sidereus.integration.environment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import org.sidereus.schemas.GroupPosterior;
import org.sidereus.schemas.ObjectPosterior;
import org.sidereus.schemas.Rejection;
import org.sidereus.schemas.SharedParameter;

/**
 * The committed records after a survey has been processed.
 *
 * @param objects posteriors of objects
 * @param groups last posterior of each group, for all time under its name, and that of each closed
 *     window under the name and the window's start
 * @param rejections rejections
 */
public record SurveyOutcome(
    List<ObjectPosterior> objects,
    SortedMap<String, GroupPosterior> groups,
    List<Rejection> rejections) {

  /**
   * Waits until every event of a survey has its outcome and every group is complete. Asserts that
   * each event has exactly one, and that each window closed once.
   *
   * @param patience longest wait
   */
  public static SurveyOutcome await(
      SurveyClients clients, RecordedSurvey survey, Duration patience) {
    clients.objects().await(patience, all -> all.size() >= survey.good());
    clients.rejections().await(patience, all -> all.size() >= survey.bad());
    clients.groups().await(patience, all -> isComplete(all, survey.good()));
    List<ObjectPosterior> objects = clients.objects().settled();
    List<Rejection> rejections = clients.rejections().settled();
    SurveyOutcome outcome =
        new SurveyOutcome(objects, byName(clients.groups().settled()), rejections);
    outcome.assertExactlyOnce(survey);
    return outcome;
  }

  private static boolean isComplete(List<GroupPosterior> all, int objects) {
    long forAllTime =
        RunningService.forAllTime(all).values().stream()
            .mapToLong(GroupPosterior::getObjects)
            .sum();
    long inWindows =
        all.stream().filter(GroupPosterior::getClosed).mapToLong(GroupPosterior::getObjects).sum();
    return forAllTime == objects && inWindows >= objects;
  }

  private static SortedMap<String, GroupPosterior> byName(List<GroupPosterior> all) {
    SortedMap<String, GroupPosterior> groups = new TreeMap<>(RunningService.forAllTime(all));
    for (GroupPosterior one : all) {
      if (one.getClosed()) {
        String name = one.getGroup() + " " + one.getWindowStart();
        assertThat(groups.put(name, one)).as("%s closes once", name).isNull();
      }
    }
    return groups;
  }

  private void assertExactlyOnce(RecordedSurvey survey) {
    Set<String> places = new HashSet<>();
    for (ObjectPosterior one : objects) {
      String place = one.getSource().getPartition() + "/" + one.getSource().getOffset();
      assertThat(places.add(place)).as("one posterior of the event at %s", place).isTrue();
    }
    for (Rejection one : rejections) {
      String place = one.getPartition() + "/" + one.getOffset();
      assertThat(places.add(place)).as("one outcome of the event at %s", place).isTrue();
    }
    assertThat(objects).hasSize(survey.good());
    assertThat(objects).extracting(ObjectPosterior::getObject).doesNotHaveDuplicates();
    assertThat(rejections).hasSize(survey.bad());
  }

  /**
   * Asserts that the groups are the same as in another run.
   *
   * @param tolerance greatest absolute difference of a number
   * @return the greatest difference
   */
  public double assertSameGroups(SurveyOutcome other, double tolerance) {
    assertThat(groups.keySet()).isEqualTo(other.groups.keySet());
    double greatest = 0;
    for (Map.Entry<String, GroupPosterior> one : groups.entrySet()) {
      GroupPosterior expected = other.groups.get(one.getKey());
      assertThat(one.getValue().getObjects()).as(one.getKey()).isEqualTo(expected.getObjects());
      assertThat(one.getValue().getFlags()).as(one.getKey()).isEqualTo(expected.getFlags());
      List<Double> found = numbers(one.getValue());
      List<Double> wanted = numbers(expected);
      assertThat(found).as(one.getKey()).hasSameSizeAs(wanted);
      for (int i = 0; i < found.size(); i++) {
        assertThat(found.get(i)).as(one.getKey()).isCloseTo(wanted.get(i), within(tolerance));
        greatest = Math.max(greatest, Math.abs(found.get(i) - wanted.get(i)));
      }
    }
    return greatest;
  }

  private static List<Double> numbers(GroupPosterior posterior) {
    List<Double> numbers = new ArrayList<>();
    for (SharedParameter one : posterior.getParameters()) {
      numbers.addAll(List.of(one.getMean(), one.getSd(), one.getQ025(), one.getQ16()));
      numbers.addAll(List.of(one.getQ50(), one.getQ84(), one.getQ975()));
    }
    numbers.addAll(posterior.getCovariance());
    return numbers;
  }

  /**
   * Asserts that the ledgers of all running instances together agree with the topics.
   *
   * @param instances every instance that has partitions
   */
  public void assertLedgerBalances(List<Endpoint> instances, RecordedSurvey survey) {
    long events = 0;
    long posteriors = 0;
    long rejected = 0;
    long pending = 0;
    for (Endpoint one : instances) {
      Metrics metrics = one.metrics();
      events += metrics.total("sidereus_events_total");
      posteriors += metrics.total("sidereus_posteriors_total");
      rejected += metrics.total("sidereus_rejections_total");
      pending += metrics.total("sidereus_pending");
    }
    assertThat(events).as("in").isEqualTo(survey.events());
    assertThat(posteriors).as("out").isEqualTo(objects.size());
    assertThat(rejected).as("rejected").isEqualTo(rejections.size());
    assertThat(pending).as("pending").isZero();
    assertThat(events).as("in = out + rejected").isEqualTo(posteriors + rejected);
  }
}
