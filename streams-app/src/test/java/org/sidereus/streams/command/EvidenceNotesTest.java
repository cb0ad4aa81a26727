package org.sidereus.streams.command;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.sidereus.schemas.GroupPosterior;

class EvidenceNotesTest {
  private static GroupPosterior posterior(
      String group, String bundle, Instant window, long objects, double logEvidence) {
    return GroupPosterior.newBuilder()
        .setGroup(group)
        .setBundle(bundle)
        .setBundleVersion("1")
        .setWindowStart(window)
        .setTime(Instant.EPOCH)
        .setObjects(objects)
        .setParameters(List.of())
        .setCovariance(List.of())
        .setLogEvidence(logEvidence)
        .build();
  }

  @Test
  void shouldCompareBundlesOnceTheyHaveCombinedAsManyObjects() {
    EvidenceNotes notes = new EvidenceNotes();
    assertThat(notes.note(posterior("g", "a", null, 10, -20))).isEmpty();
    assertThat(notes.note(posterior("g", "b", null, 9, 5))).isEmpty();
    assertThat(notes.note(posterior("g", "b", null, 10, 5.25)))
        .isEqualTo("  ln(evidence) 25.3 above a");
    assertThat(notes.note(posterior("g", "c", null, 10, 1.25)))
        .isEqualTo("  ln(evidence) 4.0 below b");
    assertThat(notes.note(posterior("g", "b", null, 10, 5.25)))
        .isEqualTo("  ln(evidence) 4.0 above c, 25.3 above a");
  }

  @Test
  void shouldNotMixGroupsOrWindows() {
    EvidenceNotes notes = new EvidenceNotes();
    notes.note(posterior("g", "a", null, 10, -20));
    assertThat(notes.note(posterior("h", "b", null, 10, 5))).isEmpty();
    assertThat(notes.note(posterior("g", "b", Instant.EPOCH, 10, 5))).isEmpty();
  }
}
