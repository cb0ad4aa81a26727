package org.sidereus.streams.topology;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.sidereus.streams.topology.StreamHarness.lastForAllTime;
import static org.sidereus.streams.topology.StreamHarness.observation;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.apache.kafka.streams.KeyValue;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.sidereus.schemas.GroupPosterior;
import org.sidereus.schemas.ObjectPosterior;
import org.sidereus.schemas.Observation;
import org.sidereus.schemas.ObservationKind;
import org.sidereus.schemas.Rejection;
import org.sidereus.schemas.RejectionReason;

/** Objects that leave their groups, move, and groups that are renamed. */
class WithdrawalTest {
  /** More than move in one step. */
  private static final int MANY = 60;

  /** The last record of each key of the group posteriors; null: withdrawn. */
  private static Map<String, GroupPosterior> lastGroups(StreamHarness stream) {
    Map<String, GroupPosterior> last = new TreeMap<>();
    for (KeyValue<byte[], GroupPosterior> one : stream.groups.readKeyValuesToList()) {
      last.put(new String(one.key, StandardCharsets.UTF_8), one.value);
    }
    return last;
  }

  private static String key(String group) {
    return "[\"" + group + "\",\"" + StreamHarness.BUNDLE + "\",\"1\"]";
  }

  private static String key(String group, String survey, String start) {
    return key(group).replace("]", ",\"" + survey + "\",\"" + start + "\"]");
  }

  private static void withdraw(StreamHarness stream, String object) {
    stream.observations.pipeInput(object.getBytes(StandardCharsets.UTF_8), (byte[]) null);
  }

  private static Observation withdrawal(String survey, String object, String group) {
    return Observation.newBuilder(observation(object, group, 1))
        .setKind(ObservationKind.WITHDRAWAL)
        .setSurvey(survey)
        .setMeasurements(List.of())
        .build();
  }

  private static Observation rename(String oldName, String newName) {
    return Observation.newBuilder(observation("", oldName, 1))
        .setKind(ObservationKind.GROUP_RENAME)
        .setMeasurements(List.of())
        .setRenamedTo(newName)
        .build();
  }

  private static void assertSame(GroupPosterior actual, GroupPosterior expected) {
    assertThat(actual.getObjects()).isEqualTo(expected.getObjects());
    for (int i = 0; i < expected.getParameters().size(); i++) {
      assertThat(actual.getParameters().get(i).getMean())
          .isCloseTo(expected.getParameters().get(i).getMean(), within(1e-12));
      assertThat(actual.getParameters().get(i).getSd())
          .isCloseTo(expected.getParameters().get(i).getSd(), within(1e-12));
    }
  }

  private static GroupPosterior of(String group, Observation... observations) {
    try (StreamHarness stream = new StreamHarness()) {
      for (Observation one : observations) {
        stream.publish(one);
      }
      stream.settle();
      return lastForAllTime(stream.readGroups(), group);
    }
  }

  @Test
  void shouldTakeAnObjectOutOfItsGroupByARecordWithoutAValue() {
    Observation stays = observation("stays", "g", 1);
    try (StreamHarness stream = new StreamHarness()) {
      stream.publish(stays);
      stream.publish(observation("leaves", "g", 2, 9, 9, 9, 9));
      withdraw(stream, "leaves");
      stream.settle();
      Map<String, GroupPosterior> last = lastGroups(stream);
      assertSame(last.get(key("g")), of("g", stays));
      assertThat(last.get(key("g", "survey", "1970-01-01T00:00:00Z")).getObjects()).isOne();
      List<KeyValue<byte[], ObjectPosterior>> posteriors = stream.posteriors.readKeyValuesToList();
      assertThat(posteriors).hasSize(3);
      assertThat(posteriors.get(2).value).isNull();
      assertThat(posteriors.get(2).key).isEqualTo("leaves".getBytes(StandardCharsets.UTF_8));
      assertThat(stream.rejections.isEmpty()).isTrue();
      assertThat(stream.ledger().withdrawals()).isOne();
      assertThat(stream.ledger().withdrawn()).isOne();
      assertThat(stream.ledger().events()).isEqualTo(2);
      assertThat(stream.meters.ledgers().get(0).unaccounted()).isZero();
    }
  }

  @Test
  void shouldWithdrawAGroupThatItsLastObjectHasLeft() {
    try (StreamHarness stream = new StreamHarness()) {
      stream.publish(observation("only", "g", 1));
      stream.settle();
      assertThat(lastGroups(stream)).hasSize(2).doesNotContainValue(null);
      withdraw(stream, "only");
      withdraw(stream, "unknown");
      stream.settle();
      assertThat(lastGroups(stream))
          .containsOnlyKeys(key("g"), key("g", "survey", "1970-01-01T00:00:00Z"))
          .containsEntry(key("g"), null);
      // A transaction counts with the call after its commit.
      stream.driver.advanceWallClockTime(StreamHarness.GROUPS_INTERVAL);
      assertThat(stream.meters.withdrawnGroups()).isEqualTo(2);
      stream.publish(observation("only", "g", 3));
      stream.settle();
      assertThat(lastGroups(stream).get(key("g")).getObjects()).isOne();
    }
  }

  @Test
  void shouldMoveAnObjectToTheGroupThatItsLastObservationNames() {
    Observation moved = observation("o", "B", 2, 1, 2, 3, 4);
    try (StreamHarness stream = new StreamHarness()) {
      stream.publish(observation("o", "A", 1));
      stream.publish(observation("other", "A", 1));
      stream.publish(moved);
      stream.settle();
      Map<String, GroupPosterior> last = lastGroups(stream);
      assertThat(last.get(key("A")).getObjects()).isOne();
      assertSame(last.get(key("B")), of("B", moved));
      stream.publish(observation("o", null, 3));
      stream.publish(moved);
      stream.publish(observation("o", null, 3));
      stream.settle();
      last = lastGroups(stream);
      assertThat(last).containsEntry(key("B"), null);
      assertThat(stream.ledger().moved()).isEqualTo(3);
    }
  }

  @Test
  void shouldKeepAnObjectInSeveralGroupsWhereItsSurveySaysSo() {
    List<ServedBundle> bundles = List.of(StreamHarness.bundle(StreamHarness.BUNDLE, "1", null));
    try (StreamHarness stream = new StreamHarness(null, bundles, 1, Set.of("survey"))) {
      stream.publish(observation("o", "A", 1));
      stream.publish(observation("o", "B", 2));
      stream.publish(observation("o", null, 2));
      stream.settle();
      Map<String, GroupPosterior> last = lastGroups(stream);
      assertThat(last.get(key("A")).getObjects()).isOne();
      assertThat(last.get(key("B")).getObjects()).isOne();
      stream.publish(withdrawal("survey", "o", "A"));
      stream.settle();
      last = lastGroups(stream);
      assertThat(last).containsEntry(key("A"), null).doesNotContainKey(key("B"));
      assertThat(stream.posteriors.readValuesToList()).hasSize(3).doesNotContainNull();
      stream.publish(rename("B", "C"));
      stream.settle();
      last = lastGroups(stream);
      assertThat(last).containsEntry(key("B"), null);
      assertThat(last.get(key("C")).getObjects()).isOne();
    }
  }

  @Test
  void shouldWithdrawTheObjectOfOneSurveyAndSayWhichWhereOthersAreLeft() {
    Observation other = observation("o", "g", 1);
    other.setSurvey("other");
    try (StreamHarness stream = new StreamHarness()) {
      stream.publish(observation("o", "g", 1));
      stream.publish(other);
      stream.publish(withdrawal("survey", "o", null));
      stream.settle();
      assertThat(lastGroups(stream).get(key("g")).getObjects()).isOne();
      ObjectPosterior said = stream.posteriors.readValuesToList().get(2);
      assertThat(said.getSurvey()).isEqualTo("survey");
      assertThat(said.getFlags()).containsExactly("WITHDRAWN");
      assertThat(said.getParameters()).isEmpty();
      stream.publish(withdrawal("other", "o", null));
      stream.settle();
      assertThat(lastGroups(stream)).containsEntry(key("g"), null);
      assertThat(stream.posteriors.readValuesToList()).containsOnlyNulls();
    }
  }

  @Test
  void shouldForgetTheVisitsAndTheRevisionOfAWithdrawnObject() {
    Observation visit = observation("o", "g", 1);
    visit.setVisit("first");
    visit.setRevision(Integer.MAX_VALUE);
    Observation again = observation("o", "g", 1);
    again.setVisit("second");
    try (StreamHarness stream = new StreamHarness()) {
      stream.publish(visit);
      stream.publish(observation("o", "g", 1));
      stream.settle();
      assertThat(stream.rejections.readValuesToList())
          .extracting(Rejection::getReason)
          .containsExactly(RejectionReason.OUTDATED);
      withdraw(stream, "o");
      stream.publish(again);
      stream.settle();
      List<ObjectPosterior> all = stream.posteriors.readValuesToList();
      assertThat(all.get(all.size() - 1).getVisits()).isOne();
      assertThat(all.get(all.size() - 1).getRevision()).isOne();
      assertThat(lastGroups(stream).get(key("g")).getObjects()).isOne();
      assertThat(stream.rejections.isEmpty()).isTrue();
    }
  }

  @Test
  void shouldNotPublishAnOldRevisionOfAnObjectWithoutAGroup() {
    Observation newer = observation("o", null, 1);
    newer.setRevision(7);
    try (StreamHarness stream = new StreamHarness()) {
      stream.publish(newer);
      stream.publish(observation("o", null, 2));
      stream.publish(newer);
      stream.settle();
      assertThat(stream.posteriors.readValuesToList())
          .extracting(ObjectPosterior::getRevision)
          .containsExactly(7, 7);
      assertThat(stream.rejections.readValue().getReason()).isEqualTo(RejectionReason.OUTDATED);
    }
  }

  @Test
  void shouldRenameAGroupWithItsObjectsAndThoseThatStillNameTheOldOne() {
    Observation[] all = new Observation[40];
    Observation[] renamed = new Observation[all.length];
    try (StreamHarness stream = new StreamHarness()) {
      for (int i = 0; i < all.length; i++) {
        all[i] = observation("o" + i, "old", 1 + i * 0.01, i * 0.01, 0.2, 0.3, 0.1);
        renamed[i] = Observation.newBuilder(all[i]).setGroup("new").build();
        stream.publish(all[i]);
      }
      stream.settle();
      stream.publish(rename("old", "new"));
      stream.publish(all[3]);
      for (int i = 0; i < 5; i++) {
        stream.settle();
      }
      Map<String, GroupPosterior> last = lastGroups(stream);
      assertThat(last).containsEntry(key("old"), null);
      assertSame(last.get(key("new")), of("new", renamed));
      assertThat(stream.ledger().renames()).isOne();
      assertThat(stream.ledger().moved()).isEqualTo(all.length);

      stream.publish(rename("new", "old"));
      for (int i = 0; i < 5; i++) {
        stream.settle();
      }
      last = lastGroups(stream);
      assertThat(last).containsEntry(key("new"), null);
      assertSame(last.get(key("old")), of("old", all));
    }
  }

  private static void publishMany(StreamHarness stream, String group) {
    for (int i = 0; i < MANY; i++) {
      stream.publish(observation("o" + i, group, 1));
    }
    stream.settle();
  }

  private static void settleForLong(StreamHarness stream) {
    for (int i = 0; i < 8; i++) {
      stream.settle();
    }
  }

  /** By the old name or the new, an object that has not moved yet is still under the old one. */
  @ParameterizedTest
  @ValueSource(strings = {"old", "new"})
  void shouldTakeAnObjectOutOfAGroupWhoseObjectsStillMove(String named) {
    try (StreamHarness stream = new StreamHarness()) {
      publishMany(stream, "old");
      stream.publish(rename("old", "new"));
      stream.publish(withdrawal("survey", "o1", named));
      stream.publish(withdrawal("survey", "o" + (MANY - 1), named));
      settleForLong(stream);
      Map<String, GroupPosterior> last = lastGroups(stream);
      assertThat(last).containsEntry(key("old"), null);
      assertThat(last.get(key("new")).getObjects()).isEqualTo(MANY - 2);
      assertThat(stream.ledger().withdrawn()).isEqualTo(2);
      assertThat(stream.meters.unknownWithdrawals()).isZero();
    }
  }

  /** The objects of the first group called so must not stay behind in the second. */
  @Test
  void shouldGiveANameAgainWhenTheObjectsOfTheFirstGroupHaveLeftIt() {
    try (StreamHarness stream = new StreamHarness()) {
      publishMany(stream, "A");
      stream.publish(observation("c", "C", 1));
      stream.publish(rename("A", "B"));
      stream.publish(rename("C", "A"));
      stream.publish(observation("new", "A", 1));
      settleForLong(stream);
      Map<String, GroupPosterior> last = lastGroups(stream);
      assertThat(last.get(key("B")).getObjects()).isEqualTo(MANY);
      assertThat(last.get(key("A")).getObjects()).isEqualTo(2);
      assertThat(last).containsEntry(key("C"), null);
      assertThat(stream.ledger().renames()).isEqualTo(2);
      assertThat(stream.meters.ledgers().get(0).unaccounted()).isZero();
    }
  }

  @Test
  void shouldCountAnObjectOnceThatIsInBothGroupsOfARename() {
    List<ServedBundle> bundles = List.of(StreamHarness.bundle(StreamHarness.BUNDLE, "1", null));
    try (StreamHarness stream = new StreamHarness(null, bundles, 1, Set.of("survey"))) {
      stream.publish(observation("both", "A", 1));
      stream.publish(observation("both", "B", 2));
      stream.publish(observation("one", "A", 1));
      stream.settle();
      stream.publish(rename("A", "B"));
      stream.settle();
      stream.settle();
      Map<String, GroupPosterior> last = lastGroups(stream);
      assertThat(last).containsEntry(key("A"), null);
      assertThat(last.get(key("B")).getObjects()).isEqualTo(2);
    }
  }

  /** No object has such a name, and a posterior's topic may not take such a key. */
  @Test
  void shouldRejectAKeyThatIsLongerThanAnIdentifier() {
    try (StreamHarness stream = new StreamHarness()) {
      stream.observations.pipeInput(new byte[5_000], (byte[]) null);
      stream.settle();
      assertThat(stream.posteriors.isEmpty()).isTrue();
      assertThat(stream.rejections.readValuesToList())
          .singleElement()
          .satisfies(
              one -> {
                assertThat(one.getReason()).isEqualTo(RejectionReason.MALFORMED);
                assertThat(one.getDetail()).contains("5000 characters");
              });
    }
  }

  /** It would withdraw an object of another name, or none, and nobody would see it. */
  @Test
  void shouldRejectAKeyThatIsNoText() {
    try (StreamHarness stream = new StreamHarness()) {
      stream.publish(observation("\uFFFD", "g", 1));
      stream.observations.pipeInput(new byte[] {(byte) 0xFF}, (byte[]) null);
      stream.observations.pipeInput(new byte[] {(byte) 0xED, (byte) 0xA0, 0x41}, (byte[]) null);
      stream.settle();
      assertThat(stream.rejections.readValuesToList())
          .hasSize(2)
          .allSatisfy(
              one -> {
                assertThat(one.getReason()).isEqualTo(RejectionReason.MALFORMED);
                assertThat(one.getDetail()).contains("not text in UTF-8");
              });
      assertThat(lastGroups(stream).get(key("g")).getObjects()).isOne();
    }
  }

  @Test
  void shouldRejectARenameWithoutNames() {
    try (StreamHarness stream = new StreamHarness()) {
      stream.publish(rename("old", " "));
      stream.publish(rename(null, "new"));
      stream.publish(rename("same", "same"));
      assertThat(stream.rejections.readValuesToList())
          .extracting(Rejection::getReason)
          .containsExactly(
              RejectionReason.MISSING_IDENTIFIER,
              RejectionReason.MISSING_IDENTIFIER,
              RejectionReason.MALFORMED);
    }
  }
}
