package org.sidereus.integration.fault;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;
import org.sidereus.integration.plant.RecordedSurvey;
import org.sidereus.integration.plant.RunningService;
import org.sidereus.integration.plant.ServiceKeys;
import org.sidereus.integration.plant.Surroundings;
import org.sidereus.integration.plant.SurveyOutcome;

/** The configuration of fault tests, and the results of a run without a fault. */
final class Undisturbed {
  static final Duration WINDOW = Duration.ofHours(1);

  private Undisturbed() {}

  /** Keys of a service: state on disk, few samples, windows that depend on the events alone. */
  static ServiceKeys keys(
      Surroundings surroundings, String name, Path state, Map<String, String> overrides) {
    Map<String, String> keys = new TreeMap<>();
    keys.put("state.store", "rocksdb");
    keys.put("engine.samples", "64");
    keys.put("num.stream.threads", "2");
    keys.put("window.grace", "1d");
    // No window closes early because a test is slow.
    keys.put("window.idle", "1h");
    keys.put("startup.timeout", "60s");
    keys.putAll(overrides);
    return ServiceKeys.of(surroundings, name, state, keys);
  }

  /** Runs the survey through a service without a fault. */
  static SurveyOutcome run(
      Surroundings surroundings, Path state, RecordedSurvey survey, Map<String, String> overrides)
      throws InterruptedException {
    ServiceKeys keys = keys(surroundings, "undisturbed", state, overrides);
    try (RunningService service = RunningService.start(keys)) {
      survey.publish(service.clients());
      survey.publishEnd(service.clients());
      SurveyOutcome outcome =
          SurveyOutcome.await(service.clients(), survey, Duration.ofMinutes(10));
      outcome.assertLedgerBalances(java.util.List.of(service.http()), survey);
      return outcome;
    }
  }
}
