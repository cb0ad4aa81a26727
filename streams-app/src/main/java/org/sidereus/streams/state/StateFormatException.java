package org.sidereus.streams.state;

import java.util.Map;
import java.util.SortedSet;
import org.sidereus.engine.SidereusException;

/** The state was written in another format or layout. The service stops and changes nothing. */
public final class StateFormatException extends SidereusException {
  private static final long serialVersionUID = 1L;

  private StateFormatException(String message) {
    super(message);
  }

  /**
   * State that this release does not read.
   *
   * @param found what was found
   */
  static StateFormatException unreadable(String found) {
    return new StateFormatException(
        found
            + ", and this release reads format "
            + StateFormat.CURRENT
            + "; start under a new application.id and replay the observations, or start the"
            + " release that wrote the state");
  }

  /**
   * State whose sums cannot be continued.
   *
   * @param what the contributions of which bundle
   * @param stored their layout in the state
   * @param current their layout now
   */
  static StateFormatException otherLayout(String what, String stored, String current) {
    return new StateFormatException(
        "the "
            + what
            + " are stored as '"
            + stored
            + "' but would now be '"
            + current
            + "'; start under a new application.id and replay the observations, or go back to the"
            + " combination, bundle and release that wrote the state");
  }

  /**
   * State that depends on another value of a setting.
   *
   * @param key the setting
   * @param stored its value when the state was begun
   * @param current its value now
   */
  static StateFormatException otherSetting(String key, String stored, String current) {
    return new StateFormatException(
        "the state was begun with %s=%s but would now be continued with %s=%s; set %s=%s, or start under a new application.id and replay the observations"
            .formatted(key, stored, key, current, key, stored));
  }

  /**
   * State that follows a topic which is not there any more.
   *
   * @param name of the topic; another one has this name now
   */
  public static StateFormatException otherTopic(String name) {
    return new StateFormatException(
        "the topic '%s' was deleted and made anew since this state was begun: its offsets begin anew, so observations would be skipped, and the objects of the old topic stay in their groups. Stop all instances and run 'sidereus reset', or start under a new application.id"
            .formatted(name));
  }

  /**
   * State whose changelogs were deleted.
   *
   * @param changelogs their names
   */
  public static StateFormatException lost(SortedSet<String> changelogs) {
    return new StateFormatException(
        "the changelogs %s of this state were deleted: the objects that they had would be missing from their groups. Stop all instances, run 'sidereus reset' and start again, or start under another application.id: the observations that the topic has are then read from the first one"
            .formatted(changelogs));
  }

  /**
   * State of which the brokers have removed records.
   *
   * @param records how many, by changelog
   */
  public static StateFormatException removed(Map<String, Long> records) {
    return new StateFormatException(
        "the brokers have removed records of the state (%s): objects may be missing from their groups. Set cleanup.policy=compact for these topics, stop all instances and run 'sidereus reset', or start under another application.id"
            .formatted(records));
  }
}
