package org.sidereus.streams.state;

import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * What the state of an application is: its format, the topic that it follows, and for each version
 * of a bundle the layout of the contributions that are summed. It is stored once for the whole
 * application, as texts by name, and compared before an instance reads an event. Immutable.
 */
public final class StateIdentity {
  private static final String FORMAT = "format";

  private static final String SETTING = "setting ";
  private static final String TOPIC = "topic.observations";
  private static final String CHANGELOG = "changelog ";

  private final SortedMap<String, String> texts;

  private StateIdentity(SortedMap<String, String> texts) {
    this.texts = texts;
  }

  /** The state of this release without any bundle. */
  public static StateIdentity current() {
    SortedMap<String, String> texts = new TreeMap<>();
    texts.put(FORMAT, Integer.toString(StateFormat.CURRENT));
    return new StateIdentity(texts);
  }

  /**
   * Adds a version of a bundle.
   *
   * @param layout identity of the layout of its contributions
   */
  public StateIdentity with(String bundle, String version, String layout) {
    SortedMap<String, String> more = new TreeMap<>(texts);
    more.put("contributions of bundle " + bundle + " version " + version, layout);
    return new StateIdentity(more);
  }

  /** Adds a setting that what is stored depends on. */
  public StateIdentity withSetting(String key, String value) {
    SortedMap<String, String> more = new TreeMap<>(texts);
    more.put(SETTING + key, value);
    return new StateIdentity(more);
  }

  /**
   * Adds the topic of the observations, whose offsets the state follows.
   *
   * @param id what the brokers call it; a topic that is deleted and made anew has another one
   */
  public StateIdentity withTopic(String name, String id) {
    SortedMap<String, String> more = new TreeMap<>(texts);
    more.put(TOPIC, name + " " + id);
    return new StateIdentity(more);
  }

  /**
   * Adds changelogs, which have parts of the state.
   *
   * @param ids by name, what the brokers call them; a topic that is deleted and made anew has
   *     another one
   */
  public StateIdentity withChangelogs(Map<String, String> ids) {
    SortedMap<String, String> more = new TreeMap<>(texts);
    ids.forEach((name, id) -> more.put(CHANGELOG + name, id));
    return new StateIdentity(more);
  }

  /**
   * The changelogs that were there.
   *
   * @param stored all records of the topic
   */
  public static SortedSet<String> changelogs(List<Map.Entry<String, String>> stored) {
    return stored.stream()
        .map(Map.Entry::getKey)
        .filter(name -> name.startsWith(CHANGELOG))
        .map(name -> name.substring(CHANGELOG.length()))
        .collect(Collectors.toCollection(TreeSet::new));
  }

  /**
   * Compares this with what is stored.
   *
   * @param stored all records of the topic, by name, oldest first; a name can occur more than once
   * @param hasState whether the application has stores
   * @return the records that must be added
   * @throws StateFormatException if the stored state is not this one
   */
  public SortedMap<String, String> missingFrom(
      List<Map.Entry<String, String>> stored, boolean hasState) {
    SortedMap<String, String> missing = new TreeMap<>(texts);
    for (Map.Entry<String, String> one : stored) {
      String current = texts.get(one.getKey());
      if (current != null && !current.equals(one.getValue())) {
        throw other(one.getKey(), one.getValue(), current);
      }
      missing.remove(one.getKey());
    }
    if (hasState && missing.containsKey(FORMAT)) {
      throw StateFormatException.unreadable(
          "the state has no format number, as release 0.1.0 wrote it");
    }
    return missing;
  }

  private static StateFormatException other(String name, String stored, String current) {
    if (name.equals(FORMAT)) {
      return StateFormatException.unreadable("the state is of format " + stored);
    }
    if (name.equals(TOPIC)) {
      String before = nameOfTopic(stored);
      String now = nameOfTopic(current);
      return before.equals(now)
          ? StateFormatException.otherTopic(now)
          : StateFormatException.otherSetting(TOPIC, before, now);
    }
    if (name.startsWith(CHANGELOG)) {
      return StateFormatException.lost(new TreeSet<>(Set.of(name.substring(CHANGELOG.length()))));
    }
    return name.startsWith(SETTING)
        ? StateFormatException.otherSetting(name.substring(SETTING.length()), stored, current)
        : StateFormatException.otherLayout(name, stored, current);
  }

  private static String nameOfTopic(String topic) {
    return topic.split(" ", 2)[0];
  }
}
