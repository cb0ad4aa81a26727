package org.sidereus.integration.environment;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.sidereus.schemas.Observation;

/**
 * A survey that is the same in every run: the stars of the demo in the order of their times, with
 * bad events among them, and a marker at the end.
 */
public final class RecordedSurvey {
  private static final int BAD_EVERY = 50;

  private final List<Event> events;
  private final Instant end;
  private final int bad;

  /** A record of the topic of the observations. */
  private record Event(byte[] key, Observation observation, byte[] bytes) {}

  private RecordedSurvey(List<Event> events, Instant end, int bad) {
    this.events = events;
    this.end = end;
    this.bad = bad;
  }

  /**
   * The survey of so many stars.
   *
   * @param window length of the windows that its end closes
   */
  public static RecordedSurvey of(int stars, Duration window) {
    DemoSurvey survey = DemoSurvey.first(stars);
    List<Event> events = new ArrayList<>();
    int bad = 0;
    for (DemoSurvey.Row row : survey.rows()) {
      byte[] key = row.object().getBytes(StandardCharsets.UTF_8);
      events.add(new Event(key, row.observation(), null));
      if (events.size() % BAD_EVERY == 0) {
        events.add(new Event(key, null, ("no Avro, no. " + bad).getBytes(StandardCharsets.UTF_8)));
        bad++;
      }
    }
    return new RecordedSurvey(List.copyOf(events), survey.latest().plus(window), bad);
  }

  /** Events without the marker. */
  public int events() {
    return events.size();
  }

  /** Events that must get a posterior. */
  public int good() {
    return events.size() - bad;
  }

  /** Events that must be rejected. */
  public int bad() {
    return bad;
  }

  /** Publishes a part of the events, and waits until they are stored. */
  public void publish(SurveyClients clients, int from, int to) {
    for (Event one : events.subList(from, to)) {
      clients.send(one.key, one.bytes == null ? clients.bytes(one.observation) : one.bytes);
    }
    clients.flush();
  }

  /** Publishes a share of the events: part {@code i} of {@code parts}. */
  public void publishPart(SurveyClients clients, int i, int parts) {
    publish(clients, events() * i / parts, events() * (i + 1) / parts);
  }

  /** Publishes all events. */
  public void publish(SurveyClients clients) {
    publish(clients, 0, events());
  }

  /** Publishes the marker. */
  public void publishEnd(SurveyClients clients) {
    clients.sendEnd(end);
    clients.flush();
  }
}
