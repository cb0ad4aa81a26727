package org.sidereus.streams.state;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class StateIdentityTest {
  private static final String FORMAT = Integer.toString(StateFormat.CURRENT);
  private static final StateIdentity IDENTITY = StateIdentity.current().with("b", "1", "degree 6");

  @Test
  void shouldBeStoredWholeWhereThereIsNoState() {
    assertThat(IDENTITY.missingFrom(List.of(), false))
        .containsExactly(
            Map.entry("contributions of bundle b version 1", "degree 6"),
            Map.entry("format", FORMAT));
  }

  @Test
  void shouldFindItself() {
    List<Map.Entry<String, String>> stored =
        List.copyOf(IDENTITY.missingFrom(List.of(), false).entrySet());
    assertThat(IDENTITY.missingFrom(stored, true)).isEmpty();
  }

  @Test
  void shouldAddANewVersionOfABundleAndKeepOthers() {
    List<Map.Entry<String, String>> stored =
        List.copyOf(IDENTITY.missingFrom(List.of(), false).entrySet());
    assertThat(StateIdentity.current().with("b", "2", "degree 6").missingFrom(stored, true))
        .containsExactly(Map.entry("contributions of bundle b version 2", "degree 6"));
  }

  @Test
  void shouldRefuseStateWithoutAnIdentity() {
    assertThatThrownBy(() -> IDENTITY.missingFrom(List.of(), true))
        .isInstanceOf(StateFormatException.class)
        .hasMessage(
            "the state has no format number, as release 0.1.0 wrote it, and this release reads"
                + " format "
                + FORMAT
                + "; start under a new application.id and replay the observations, or start the"
                + " release that wrote the state");
  }

  @Test
  void shouldRefuseAnotherFormat() {
    String later = Integer.toString(StateFormat.CURRENT + 1);
    assertThatThrownBy(() -> IDENTITY.missingFrom(List.of(Map.entry("format", later)), true))
        .isInstanceOf(StateFormatException.class)
        .hasMessageStartingWith(
            "the state is of format %s, and this release reads format %s;"
                .formatted(later, FORMAT));
  }

  @Test
  void shouldRefuseAnotherLayout() {
    Map.Entry<String, String> other = Map.entry("contributions of bundle b version 1", "degree 4");
    assertThatThrownBy(
            () -> IDENTITY.missingFrom(List.of(Map.entry("format", FORMAT), other), true))
        .isInstanceOf(StateFormatException.class)
        .hasMessage(
            "the contributions of bundle b version 1 are stored as 'degree 4' but would now be"
                + " 'degree 6'; start under a new application.id and replay the observations, or"
                + " go back to the combination, bundle and release that wrote the state");
  }

  /** Two instances that do not fit each other may have started at the same time. */
  @Test
  void shouldRefuseANameThatWasStoredTwiceWithDifferentTexts() {
    List<Map.Entry<String, String>> stored =
        List.of(
            Map.entry("format", FORMAT),
            Map.entry("contributions of bundle b version 1", "degree 4"),
            Map.entry("contributions of bundle b version 1", "degree 6"));
    assertThatThrownBy(() -> IDENTITY.missingFrom(stored, true))
        .isInstanceOf(StateFormatException.class);
  }

  @Test
  void shouldRefuseAnotherValueOfASettingInOneSentence() {
    StateIdentity now = StateIdentity.current().withSetting("window.size", "2h");
    assertThatThrownBy(() -> now.missingFrom(List.of(Map.entry("setting window.size", "1h")), true))
        .isInstanceOf(StateFormatException.class)
        .hasMessage(
            "the state was begun with window.size=1h but would now be continued with"
                + " window.size=2h; set window.size=1h, or start under a new application.id and"
                + " replay the observations");
    assertThat(now.missingFrom(List.of(Map.entry("format", FORMAT)), true))
        .containsExactly(Map.entry("setting window.size", "2h"));
  }

  @Test
  void shouldTakeUpTheTopicOfStateThatDoesNotNameItAndRefuseAnotherTopicLater() {
    StateIdentity identity = IDENTITY.withTopic("night", "id-1");
    List<Map.Entry<String, String>> before =
        List.copyOf(IDENTITY.missingFrom(List.of(), false).entrySet());
    assertThat(identity.missingFrom(before, true))
        .containsExactly(Map.entry("topic.observations", "night id-1"));

    List<Map.Entry<String, String>> stored =
        List.copyOf(identity.missingFrom(List.of(), false).entrySet());
    assertThat(identity.missingFrom(stored, true)).isEmpty();
    assertThatThrownBy(() -> IDENTITY.withTopic("night", "id-2").missingFrom(stored, true))
        .isInstanceOf(StateFormatException.class)
        .hasMessageContainingAll("'night' was deleted and made anew", "sidereus reset");
    assertThatThrownBy(() -> IDENTITY.withTopic("day", "id-2").missingFrom(stored, true))
        .isInstanceOf(StateFormatException.class)
        .hasMessageContaining("topic.observations=night");
  }

  @Test
  void shouldRefuseAChangelogThatWasMadeAnewAndNameThoseThatAreKnown() {
    List<Map.Entry<String, String>> stored =
        List.copyOf(
            IDENTITY
                .withChangelogs(Map.of("a-changelog", "1"))
                .missingFrom(List.of(), false)
                .entrySet());
    assertThat(StateIdentity.changelogs(stored)).containsExactly("a-changelog");
    assertThat(IDENTITY.withChangelogs(Map.of("b-changelog", "2")).missingFrom(stored, true))
        .containsExactly(Map.entry("changelog b-changelog", "2"));
    assertThatThrownBy(
            () -> IDENTITY.withChangelogs(Map.of("a-changelog", "3")).missingFrom(stored, true))
        .isInstanceOf(StateFormatException.class)
        .hasMessageStartingWith("the changelogs [a-changelog] of this state were deleted");
  }
}
