package org.sidereus.streams.command;

import java.io.PrintWriter;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.sidereus.engine.Printable;
import org.sidereus.engine.SidereusException;
import org.sidereus.streams.config.ServiceConfig;
import org.sidereus.streams.service.OpenBundles;
import org.sidereus.streams.service.SidereusService;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code sidereus run}: the service. */
@Command(
    description = {
      "Infers the observations of the topic until it is stopped (Ctrl-C, SIGTERM).",
      ""
    },
    mixinStandardHelpOptions = true)
final class RunCommand implements Callable<Integer> {
  private static final Duration READY_TIMEOUT = Duration.ofMinutes(10);

  @Mixin private ConfigOptions options = new ConfigOptions();
  @Spec private CommandSpec spec;

  @Override
  public Integer call() throws InterruptedException {
    ServiceConfig config = options.load();
    PrintWriter err = spec.commandLine().getErr();
    err.println("sidereus: effective configuration:");
    config.effective().forEach((key, value) -> err.println("  " + key + "=" + Printable.of(value)));
    err.flush();
    SidereusService service = SidereusService.start(config, OpenBundles.open(config));
    Thread closer = new Thread(service::close, "shutdown");
    Runtime.getRuntime().addShutdownHook(closer);
    err.println("sidereus: HTTP endpoints at " + service.url() + "; Ctrl-C stops the service");
    err.flush();
    if (service.awaitReady(READY_TIMEOUT)) {
      err.println("sidereus: ready");
      err.flush();
    }
    Optional<Throwable> failure = service.awaitEnd();
    if (failure.isPresent()) {
      Runtime.getRuntime().removeShutdownHook(closer);
      service.close();
      if (failure.get() instanceof SidereusException known) {
        throw known;
      }
      throw new SidereusException(
          "the stream failed: %s; nothing is lost; correct the cause and run the service again"
              .formatted(failure.get()),
          failure.get());
    }
    return 0;
  }
}
