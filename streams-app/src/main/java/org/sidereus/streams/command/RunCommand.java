package org.sidereus.streams.command;

import java.io.PrintWriter;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.sidereus.cli.MachineLimitException;
import org.sidereus.cli.PatientWriter;
import org.sidereus.cli.Sidereus;
import org.sidereus.engine.Printable;
import org.sidereus.engine.SidereusException;
import org.sidereus.streams.config.ServiceConfig;
import org.sidereus.streams.service.OpenBundles;
import org.sidereus.streams.service.SidereusService;
import org.sidereus.streams.service.StalledException;
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
    mixinStandardHelpOptions = true,
    exitCodeListHeading = "%nExit codes:%n",
    exitCodeList = {
      "0:stopped",
      "1:someone must correct something; one line says what",
      "2:wrong command line",
      "3:no progress although the brokers respond, or no memory; start the service again"
    })
final class RunCommand implements Callable<Integer> {
  private static final Duration READY_TIMEOUT = Duration.ofMinutes(10);
  private static final int STALLED = 3;

  @Mixin private ConfigOptions options = new ConfigOptions();
  @Spec private CommandSpec spec;

  @Override
  public Integer call() throws InterruptedException {
    ServiceConfig config = options.load();
    spec.commandLine().setErr(PatientWriter.before(spec.commandLine().getErr()));
    PrintWriter err = spec.commandLine().getErr();
    err.println(
        "sidereus: version %s on Java %s (%s)"
            .formatted(
                Sidereus.version(),
                System.getProperty("java.version"),
                System.getProperty("java.home")));
    err.println("sidereus: effective configuration:");
    config.effective().forEach((key, value) -> err.println("  " + key + "=" + Printable.of(value)));
    err.flush();
    try (ShutdownHook hook = ShutdownHook.register()) {
      return run(config, hook, err);
    }
  }

  private int run(ServiceConfig config, ShutdownHook hook, PrintWriter err)
      throws InterruptedException {
    SidereusService service;
    try {
      OpenBundles bundles = OpenBundles.open(config, hook::isStopping);
      service = SidereusService.start(config, bundles);
    } catch (RuntimeException e) {
      if (hook.isStopping()) {
        // What fails now fails because of the stop: libraries cannot be loaded any more.
        err.println("sidereus: the service was stopped while it started; nothing was changed");
        err.flush();
        return 0;
      }
      throw e;
    }
    if (!hook.closes(service)) {
      return 0;
    }
    err.println("sidereus: HTTP endpoints at " + service.url() + "; Ctrl-C stops the service");
    err.flush();
    if (service.awaitReady(READY_TIMEOUT)) {
      err.println("sidereus: ready");
      err.flush();
    }
    Optional<Throwable> failure = service.awaitEnd();
    if (failure.isEmpty()) {
      return 0;
    }
    service.close();
    if (failure.get() instanceof StalledException) {
      return STALLED;
    }
    MachineLimitException limit = MachineLimitException.of(failure.get());
    if (limit != null) {
      throw limit;
    }
    if (failure.get() instanceof SidereusException known) {
      throw known;
    }
    throw new SidereusException(
        "the stream failed: %s; nothing is lost; correct the cause and run the service again"
            .formatted(failure.get()),
        failure.get());
  }
}
