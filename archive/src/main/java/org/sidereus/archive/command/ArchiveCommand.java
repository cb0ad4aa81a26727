package org.sidereus.archive.command;

import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.sidereus.archive.ArchiveFolder;
import org.sidereus.archive.Archiver;
import org.sidereus.schemas.GroupPosterior;
import org.sidereus.schemas.ObjectPosterior;
import org.sidereus.schemas.registry.SerdeFactory;
import org.sidereus.streams.brokers.ClusterId;
import org.sidereus.streams.command.ConfigOptions;
import org.sidereus.streams.config.KafkaSettings;
import org.sidereus.streams.config.ServiceConfig;
import org.sidereus.streams.service.RegistryPreparation;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code sidereus archive}: posteriors in Parquet files. */
@Command(
    description = {
      "Reads the posteriors of objects and groups from the beginning of their topics, and writes"
          + " each once: DIR/objects and DIR/groups, by bundle and day of publication. After a kill"
          + " it goes on where it was; start it again with the same --out.",
      ""
    },
    mixinStandardHelpOptions = true)
final class ArchiveCommand implements Callable<Integer> {
  @Mixin private ConfigOptions options = new ConfigOptions();

  @Option(names = "--out", required = true, paramLabel = "DIR", description = "The archive.")
  private Path out;

  @Option(
      names = "--every",
      defaultValue = "60",
      paramLabel = "SECONDS",
      description = "Longest wait of a posterior for its file (default: ${DEFAULT-VALUE}).")
  private double every;

  @Option(names = "--until-end", description = "End with what is in the topics now.")
  private boolean untilEnd;

  @Spec private CommandSpec spec;

  @Override
  public Integer call() {
    ServiceConfig config = options.load();
    KafkaSettings kafka = new KafkaSettings(config);
    SerdeFactory serdes = RegistryPreparation.serdes(config);
    CountDownLatch ended = new CountDownLatch(1);
    try (ArchiveFolder folder = ArchiveFolder.open(out, cluster(kafka, config));
        Archiver archiver =
            new Archiver(
                kafka.consumer(),
                config.topics(),
                serdes.valueSerde(ObjectPosterior.class).deserializer(),
                serdes.valueSerde(GroupPosterior.class).deserializer(),
                folder,
                Duration.ofMillis(Math.round(1000 * every)))) {
      Thread stopper =
          new Thread(
              () -> {
                archiver.stop();
                try {
                  ended.await(10, TimeUnit.SECONDS);
                } catch (InterruptedException e) {
                  Thread.currentThread().interrupt();
                }
              },
              "shutdown");
      Runtime.getRuntime().addShutdownHook(stopper);
      archiver.run(untilEnd);
      PrintWriter text = spec.commandLine().getOut();
      text.printf("%d posteriors archived in %s%n", archiver.archived(), out);
      text.flush();
    } finally {
      ended.countDown();
    }
    return 0;
  }

  private static String cluster(KafkaSettings kafka, ServiceConfig config) {
    try (Admin admin = Admin.create(kafka.admin())) {
      return ClusterId.of(admin, config);
    }
  }
}
