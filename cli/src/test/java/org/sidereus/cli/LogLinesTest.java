package org.sidereus.cli;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.joran.JoranConfigurator;
import ch.qos.logback.classic.util.LogbackMDCAdapter;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.slf4j.Logger;
import org.slf4j.spi.MDCAdapter;

/** Lines of the log with the program's own configuration. */
class LogLinesTest {

  private static List<String> logged(Consumer<Logger> work) throws Exception {
    return logged("text", work);
  }

  private static List<String> logged(String format, Consumer<Logger> work) throws Exception {
    return logged(
        Map.of("SIDEREUS_LOG_FORMAT", format),
        context -> work.accept(context.getLogger("org.sidereus.test")));
  }

  private static List<String> logged(Map<String, String> settings, Consumer<LoggerContext> work)
      throws Exception {
    PrintStream before = System.err;
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    System.setErr(new PrintStream(bytes, true, StandardCharsets.UTF_8));
    try {
      LoggerContext context = new LoggerContext();
      MDCAdapter fields = new LogbackMDCAdapter();
      fields.put("offset", "4711");
      context.setMDCAdapter(fields);
      settings.forEach(context::putProperty);
      JoranConfigurator configurator = new JoranConfigurator();
      configurator.setContext(context);
      configurator.doConfigure(LogLinesTest.class.getResource("/logback.xml"));
      work.accept(context);
      context.stop();
    } finally {
      System.setErr(before);
    }
    return bytes.toString(StandardCharsets.UTF_8).lines().toList();
  }

  @Test
  void shouldWriteOneLineWhateverTheNameIs() throws Exception {
    List<String> lines =
        logged(log -> log.warn("bundle {} of {} objects", "a\n2026 INFO ready\u001b[2J", 3));
    assertThat(lines).hasSize(1);
    assertThat(lines.get(0)).endsWith("bundle a\\u000a2026 INFO ready\\u001b[2J of 3 objects");
  }

  @Test
  void shouldKeepTheLinesOfAMessageWithoutArguments() throws Exception {
    assertThat(logged(log -> log.warn("values:\n\ta = 1\n\tb = \u001b[31m")))
        .hasSize(3)
        .last()
        .isEqualTo("\tb = \\u001b[31m");
  }

  @Test
  void shouldEscapeTheMessageOfAnError() throws Exception {
    List<String> lines =
        logged(log -> log.error("it failed", new IllegalStateException("no \u001b]0;x\u0007")));
    assertThat(lines.get(1)).contains("IllegalStateException: no \\u001b]0;x\\u0007");
  }

  @Test
  void shouldWriteAJsonObjectALineWithThePlaceOfTheRecord() throws Exception {
    String name = "a\n\"b\"\u001b[2J\u009b\u202e";
    List<String> lines =
        logged("json", log -> log.warn("object {}", name, new IllegalStateException("no\u0007")));
    assertThat(lines).hasSize(1);
    JsonNode line = new ObjectMapper().readTree(lines.get(0));
    assertThat(line.path("level").asText()).isEqualTo("WARN");
    assertThat(line.path("loggerName").asText()).isEqualTo("org.sidereus.test");
    assertThat(line.path("formattedMessage").asText()).isEqualTo("object " + name);
    assertThat(line.path("mdc").path("offset").asText()).isEqualTo("4711");
    assertThat(line.path("throwable").path("message").asText()).isEqualTo("no\u0007");
    assertThat(line.path("timestamp").asLong()).isGreaterThan(1_700_000_000_000L);
    assertThat(lines.get(0).chars()).allMatch(one -> one >= ' ' && one < 0x7f);
  }

  /** Clients of Kafka say each search for a broker at the level INFO, some thousand in a second. */
  @Test
  void shouldNotSayEachSearchForABroker() throws Exception {
    List<String> lines =
        logged(
            Map.of("SIDEREUS_KAFKA_LOG_LEVEL", "INFO"),
            context -> {
              context.getLogger("org.apache.kafka.clients.Metadata").info("Rebootstrapping");
              context
                  .getLogger("org.apache.kafka.clients.admin.internals.AdminMetadataManager")
                  .info("Rebootstrapping");
              context.getLogger("org.apache.kafka.streams.KafkaStreams").info("a state");
            });
    assertThat(lines).singleElement().asString().endsWith("a state");
  }
}
