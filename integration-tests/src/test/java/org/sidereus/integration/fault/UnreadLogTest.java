package org.sidereus.integration.fault;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.sidereus.cli.Sidereus;
import org.sidereus.integration.environment.CommandRun;
import org.sidereus.integration.environment.DemoSurvey;
import org.sidereus.integration.environment.Endpoint;
import org.sidereus.integration.environment.InProcess;
import org.sidereus.integration.environment.ServiceKeys;
import org.sidereus.integration.environment.ServiceProcess;
import org.sidereus.integration.environment.SurveyClients;

/** What collects the log of the service stands still: its pipe fills, and takes no more. */
@Tag("slow")
class UnreadLogTest {
  private static final Duration PATIENCE = Duration.ofMinutes(2);
  private static final int ROWS = 200;

  /** More than a pipe takes, by lines of the ledger. */
  private static final Duration UNTIL_FULL = Duration.ofSeconds(20);

  @TempDir private Path folder;

  @Test
  @Timeout(value = 10, unit = TimeUnit.MINUTES)
  void shouldNotStopTheStreamNorItsStop() throws Exception {
    int port = freePort();
    try (InProcess environment = InProcess.start()) {
      ServiceKeys keys =
          ServiceKeys.of(
                  environment,
                  "unread",
                  folder,
                  Map.of("http.port", Integer.toString(port), "report.interval", "10ms"))
              .createTopics();
      Process service = start(keys);
      try (SurveyClients clients = new SurveyClients(keys)) {
        List<DemoSurvey.Row> rows = DemoSurvey.first(2 * ROWS).rows();
        rows.subList(0, ROWS).forEach(row -> clients.send(row.observation()));
        clients.objects().await(PATIENCE, all -> all.size() == ROWS);
        ServiceProcess.pause(UNTIL_FULL);
        assertThat(service.getErrorStream().available()).as("bytes in the pipe").isPositive();
        rows.subList(ROWS, 2 * ROWS).forEach(row -> clients.send(row.observation()));
        clients.objects().await(PATIENCE, all -> all.size() == 2 * ROWS);
        assertThat(new Endpoint("http://127.0.0.1:" + port).get("/ready").statusCode())
            .isEqualTo(200);
        service.destroy();
        assertThat(service.waitFor(30, TimeUnit.SECONDS)).as("ends").isTrue();
        assertThat(service.exitValue()).isEqualTo(143);
      } finally {
        service.destroyForcibly();
      }
    }
  }

  private static int freePort() throws IOException {
    try (ServerSocket any = new ServerSocket(0)) {
      return any.getLocalPort();
    }
  }

  /** Nothing reads its standard error. */
  private static Process start(ServiceKeys keys) throws IOException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.add("-XX:TieredStopAtLevel=1");
    command.add("-Dsidereus.home=" + System.getProperty("sidereus.home"));
    command.add(Sidereus.class.getName());
    command.add("run");
    command.addAll(keys.options());
    ProcessBuilder builder = new ProcessBuilder(command);
    builder.environment().put("CLASSPATH", CommandRun.classPath());
    return builder.start();
  }
}
