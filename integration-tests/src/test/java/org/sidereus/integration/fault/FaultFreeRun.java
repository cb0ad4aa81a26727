package org.sidereus.integration.fault;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.sidereus.integration.environment.RecordedSurvey;
import org.sidereus.integration.environment.RunningService;
import org.sidereus.integration.environment.ServiceKeys;
import org.sidereus.integration.environment.SurveyOutcome;
import org.sidereus.integration.environment.TestEnvironment;

/** The configuration of fault tests, and the results of a run without a fault. */
final class FaultFreeRun {
  static final Duration WINDOW = Duration.ofHours(1);

  private FaultFreeRun() {}

  /** Keys of a service: state on disk, few samples, windows that depend on the events alone. */
  static ServiceKeys keys(
      TestEnvironment environment, String name, Path state, Map<String, String> overrides) {
    Map<String, String> keys = new TreeMap<>();
    keys.put("state.store", "rocksdb");
    keys.put("engine.samples", "64");
    keys.put("num.stream.threads", "2");
    keys.put("window.grace", "1d");
    // No window closes early because a test is slow.
    keys.put("window.idle", "1h");
    keys.put("startup.timeout", "60s");
    keys.putAll(overrides);
    return ServiceKeys.of(environment, name, state, keys);
  }

  /** Runs the survey through a service without a fault. */
  static SurveyOutcome run(
      TestEnvironment environment, Path state, RecordedSurvey survey, Map<String, String> overrides)
      throws InterruptedException {
    ServiceKeys keys = keys(environment, "fault-free", state, overrides);
    try (RunningService service = RunningService.start(keys)) {
      survey.publish(service.clients());
      survey.publishEnd(service.clients());
      SurveyOutcome outcome =
          SurveyOutcome.await(service.clients(), survey, Duration.ofMinutes(10));
      outcome.assertLedgerBalances(List.of(service.http()), survey);
      return outcome;
    }
  }
}
