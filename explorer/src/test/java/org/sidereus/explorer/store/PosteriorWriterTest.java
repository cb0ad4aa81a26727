package org.sidereus.explorer.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.ResultSet;
import java.sql.Statement;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sidereus.schemas.GroupPosterior;
import org.sidereus.schemas.ObjectPosterior;
import org.sidereus.schemas.ParameterPosterior;
import org.sidereus.schemas.Rejection;
import org.sidereus.schemas.RejectionReason;
import org.sidereus.schemas.SharedParameter;
import org.sidereus.schemas.Source;

class PosteriorWriterTest {
  private static final TopicPartition PARTITION = new TopicPartition("posteriors", 0);

  @TempDir private Path folder;

  /** A database that follows the topics of a cluster. */
  private ExplorerDatabase open(String cluster) {
    ExplorerDatabase database = ExplorerDatabase.open(folder);
    database.belongTo(cluster);
    return database;
  }

  @Test
  void shouldShowWhatItHasBeforeTheClusterIsKnown() {
    try (ExplorerDatabase database = open("cluster")) {
      PosteriorWriter writer = new PosteriorWriter(database);
      writer.object(record(0, "star"), object("star", 1));
      writer.commit();
    }
    try (ExplorerDatabase database = ExplorerDatabase.open(folder)) {
      assertThat(number(database, "SELECT count(*) FROM object")).isEqualTo(1);
      PosteriorWriter writer = new PosteriorWriter(database);
      writer.belongTo("cluster");
      assertThat(number(database, "SELECT count(*) FROM object")).isEqualTo(1);
      writer.belongTo("another");
      assertThat(number(database, "SELECT count(*) FROM object")).isZero();
    }
  }

  @Test
  void shouldForgetWhatIsNotCommittedWhenItRollsBack() {
    try (ExplorerDatabase database = open("cluster")) {
      PosteriorWriter writer = new PosteriorWriter(database);
      writer.group(record(0, "galaxy"), group(1));
      writer.commit();
      writer.group(record(1, "galaxy"), group(2));
      writer.position(PARTITION, 2);
      writer.rollBack();
      writer.commit();
      assertThat(writer.positions()).isEmpty();
      assertThat(number(database, "SELECT max(objects) FROM history")).isEqualTo(1);
    }
  }

  /** A date is known to a part in 100 million, which a number of single precision does not hold. */
  @Test
  void shouldKeepTheDigitsOfAMean() {
    double day = 60_310.123_456_7;
    StoredMoments moments = new StoredMoments(2);
    moments.add(day, 0.000_1);
    moments.add(-1, 2);
    StoredMoments read = StoredMoments.of(moments.bytes());
    assertThat(read.parameters()).isEqualTo(2);
    assertThat(read.mean(0)).isEqualTo(day);
    assertThat(read.sd(0)).isCloseTo(0.000_1, within(1e-10));
    assertThat(read.mean(1)).isEqualTo(-1);
    assertThat(read.sd(1)).isEqualTo(2);
  }

  @Test
  void shouldKeepTheLatestPosteriorOfAnObject() {
    try (ExplorerDatabase database = open("cluster")) {
      PosteriorWriter writer = new PosteriorWriter(database);
      writer.object(record(0, "star"), object("star", 1));
      writer.object(record(1, "star"), object("star", 2));
      writer.object(record(2, "other"), object("other", 3));
      writer.commit();
      assertThat(number(database, "SELECT count(*) FROM object")).isEqualTo(2);
      assertThat(number(database, "SELECT seen FROM object WHERE object = 'star'")).isEqualTo(1);
    }
  }

  @Test
  void shouldGoOnFromTheCommittedOffsets() {
    try (ExplorerDatabase database = open("cluster")) {
      PosteriorWriter writer = new PosteriorWriter(database);
      writer.object(record(6, "star"), object("star", 1));
      writer.position(PARTITION, 7);
      writer.commit();
      writer.object(record(7, "lost"), object("lost", 1));
      writer.position(PARTITION, 8); // a kill comes before the commit
    }
    try (ExplorerDatabase database = open("cluster")) {
      assertThat(new PosteriorWriter(database).positions()).isEqualTo(Map.of(PARTITION, 7L));
      assertThat(number(database, "SELECT count(*) FROM object")).isEqualTo(1);
    }
  }

  @Test
  void shouldBeginAnewWithTheTopicsOfAnotherCluster() {
    try (ExplorerDatabase database = open("cluster")) {
      PosteriorWriter writer = new PosteriorWriter(database);
      writer.object(record(0, "star"), object("star", 1));
      writer.position(PARTITION, 1);
      writer.commit();
    }
    try (ExplorerDatabase database = open("another")) {
      assertThat(new PosteriorWriter(database).positions()).isEmpty();
      assertThat(number(database, "SELECT count(*) FROM object")).isZero();
    }
  }

  @Test
  void shouldKeepAFewHundredPosteriorsOfAGrowingGroup() {
    try (ExplorerDatabase database = open("cluster")) {
      PosteriorWriter writer = new PosteriorWriter(database);
      for (int objects = 1; objects <= 10_000; objects++) {
        writer.group(record(objects, "galaxy"), group(objects));
      }
      writer.commit();
      assertThat(number(database, "SELECT count(*) FROM history")).isBetween(100L, 200L);
      assertThat(number(database, "SELECT objects FROM grp")).isEqualTo(10_000);
      // half of the objects are withdrawn
      writer.group(record(10_001, "galaxy"), group(5_000));
      writer.commit();
      assertThat(number(database, "SELECT max(objects) FROM history")).isEqualTo(5_000);
    }
  }

  /** The partitions of two versions of a bundle are read in any order. */
  @Test
  void shouldShowTheVersionThatWasPublishedLast() {
    try (ExplorerDatabase database = open("cluster")) {
      PosteriorWriter writer = new PosteriorWriter(database);
      writer.group(record(5, "galaxy 1"), group(300));
      writer.group(record(7, "galaxy 2"), group(20, "2"));
      writer.group(record(6, "galaxy 1"), group(400));
      writer.group(record(8, "galaxy 2"), group(40, "2"));
      // a correction may have an older timestamp than what it corrects
      writer.group(record(7, "galaxy 2"), group(60, "2"));
      writer.commit();
      assertThat(number(database, "SELECT count(*) FROM grp")).isEqualTo(1);
      assertThat(number(database, "SELECT objects FROM grp WHERE version = '2'")).isEqualTo(60);
      assertThat(number(database, "SELECT count(*) FROM history")).isEqualTo(3);
      assertThat(number(database, "SELECT max(objects) FROM history")).isEqualTo(60);
    }
  }

  @Test
  void shouldForgetWhatIsWithdrawn() {
    try (ExplorerDatabase database = open("cluster")) {
      PosteriorWriter writer = new PosteriorWriter(database);
      writer.object(record(0, "star"), object("star", 1));
      writer.group(record(1, "galaxy"), group(1));
      writer.withdrawObject("star".getBytes(StandardCharsets.UTF_8));
      writer.withdrawGroup("galaxy".getBytes(StandardCharsets.UTF_8));
      writer.commit();
      for (String table : List.of("object", "grp", "history")) {
        assertThat(number(database, "SELECT count(*) FROM " + table)).isZero();
      }
    }
  }

  @Test
  void shouldCountTheRejectionsThatItKeeps() {
    try (ExplorerDatabase database = open("cluster")) {
      PosteriorWriter writer = new PosteriorWriter(database);
      writer.rejection(record(0, "a"), rejection(RejectionReason.MALFORMED, 0, null));
      writer.rejection(record(1, "b"), rejection(RejectionReason.MALFORMED, 1, "survey"));
      writer.rejection(record(2, "c"), rejection(RejectionReason.MALFORMED, 2, "survey"));
      // another bundle rejects the same event for another reason
      writer.rejection(record(3, "c"), rejection(RejectionReason.NOT_FINITE, 2, "survey"));
      writer.commit();
      assertThat(number(database, "SELECT count(*) FROM rejection")).isEqualTo(3);
      assertThat(number(database, "SELECT sum(rejections) FROM rejection_count")).isEqualTo(3);
      String ofSurvey = "SELECT rejections FROM rejection_count WHERE survey = 'survey' AND reason";
      assertThat(number(database, ofSurvey + " = 'MALFORMED'")).isEqualTo(1);
      assertThat(number(database, ofSurvey + " = 'NOT_FINITE'")).isEqualTo(1);
    }
  }

  @Test
  void shouldCountTheRejectionsOfEachStepOfTime() {
    long minute = TimeStep.MINUTE.widthMs();
    try (ExplorerDatabase database = open("cluster")) {
      PosteriorWriter writer = new PosteriorWriter(database);
      writer.rejection(at(0), rejection(RejectionReason.MALFORMED, 0, null));
      writer.rejection(at(minute - 1), rejection(RejectionReason.MALFORMED, 1, "survey"));
      writer.rejection(at(minute), rejection(RejectionReason.MALFORMED, 2, "survey"));
      // another bundle rejects the last event once more, an hour later
      long later = TimeStep.HOUR.widthMs() + 1;
      writer.rejection(at(later), rejection(RejectionReason.NOT_FINITE, 2, "survey"));
      writer.commit();
      String sum = "SELECT sum(rejections) FROM rejection_time WHERE width = ";
      for (TimeStep step : TimeStep.values()) {
        assertThat(number(database, sum + step.widthMs())).as("%s", step).isEqualTo(3);
      }
      assertThat(number(database, sum + minute + " AND start = 0")).isEqualTo(2);
      assertThat(number(database, sum + minute + " AND start = " + minute)).isZero();
      assertThat(number(database, sum + minute + " AND start = " + (later - 1))).isEqualTo(1);
    }
    assertThat(TimeStep.of(100 * minute, 200)).isEqualTo(TimeStep.MINUTE);
    assertThat(TimeStep.of(200 * minute, 200)).isEqualTo(TimeStep.HOUR);
    assertThat(TimeStep.of(Long.MAX_VALUE, 200)).isEqualTo(TimeStep.DAY);
  }

  private static StoredRecord at(long timestampMs) {
    byte[] key = "star".getBytes(StandardCharsets.UTF_8);
    return new StoredRecord(PARTITION, 0, timestampMs, key, new byte[] {1});
  }

  private static Rejection rejection(RejectionReason reason, long offset, String survey) {
    return Rejection.newBuilder()
        .setReason(reason)
        .setDetail("wrong")
        .setTopic("observations")
        .setPartition(0)
        .setOffset(offset)
        .setTimestamp(Instant.EPOCH)
        .setSurvey(survey)
        .build();
  }

  private static StoredRecord record(long offset, String key) {
    return new StoredRecord(
        PARTITION, offset, offset, key.getBytes(StandardCharsets.UTF_8), new byte[] {1});
  }

  private static ObjectPosterior object(String name, double mean) {
    return ObjectPosterior.newBuilder()
        .setSurvey("survey")
        .setObject(name)
        .setGroup("galaxy")
        .setTime(Instant.EPOCH)
        .setBundle("bundle")
        .setBundleVersion("1")
        .setParameters(List.of(new ParameterPosterior("rate", "", mean, 1.0, 0.0, 0.0, 0.0)))
        .setCovariance(List.of(1.0))
        .setSamples(1)
        .setSource(new Source("observations", 0, 0L))
        .build();
  }

  private static GroupPosterior group(long objects) {
    return group(objects, "1");
  }

  private static GroupPosterior group(long objects, String version) {
    return GroupPosterior.newBuilder()
        .setGroup("galaxy")
        .setBundle("bundle")
        .setBundleVersion(version)
        .setTime(Instant.EPOCH)
        .setObjects(objects)
        .setParameters(
            List.of(
                SharedParameter.newBuilder()
                    .setName("rate")
                    .setUnit("")
                    .setMean(1)
                    .setSd(1 / Math.sqrt(objects))
                    .build()))
        .setCovariance(List.of(1.0 / objects))
        .build();
  }

  private static long number(ExplorerDatabase database, String sql) {
    return database.read(
        connection -> {
          try (Statement statement = connection.createStatement();
              ResultSet row = statement.executeQuery(sql)) {
            return row.next() ? row.getLong(1) : 0;
          }
        });
  }
}
