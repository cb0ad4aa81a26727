package org.sidereus.explorer.command;

import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;
import org.sidereus.explorer.Explorer;
import org.sidereus.streams.command.ConfigOptions;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code sidereus explore}: pages that show the posteriors of a running service. */
@Command(
    description = {
      "Follows the topics of posteriors and rejections, and serves pages and a JSON API until it is"
          + " stopped (Ctrl-C, SIGTERM). It only reads; it needs the addresses of broker and"
          + " registry and the names of the topics, as the service does.",
      ""
    },
    mixinStandardHelpOptions = true)
public final class ExploreCommand implements Callable<Integer> {
  @Mixin private ConfigOptions options = new ConfigOptions();

  @Option(
      names = "--host",
      paramLabel = "NAME",
      defaultValue = "127.0.0.1",
      description = "Name or address on which it listens (default: ${DEFAULT-VALUE}).")
  private String host;

  @Option(
      names = "--port",
      paramLabel = "N",
      defaultValue = "8090",
      description = "Port of the pages; 0: any (default: ${DEFAULT-VALUE}).")
  private int port;

  @Option(
      names = "--data-dir",
      paramLabel = "DIR",
      description = "Folder of its database (default: 'explorer' in state.dir).")
  private @Nullable Path folder;

  @Spec private CommandSpec spec;

  @Override
  public Integer call() throws InterruptedException {
    var config = options.load();
    Path data = folder == null ? config.stateDir().resolve("explorer") : folder;
    CountDownLatch stopped = new CountDownLatch(1);
    Explorer explorer = Explorer.start(config, new Explorer.Place(data, host, port), Map.of());
    Runtime.getRuntime()
        .addShutdownHook(
            new Thread(
                () -> {
                  explorer.close();
                  stopped.countDown();
                },
                "shutdown"));
    PrintWriter out = spec.commandLine().getOut();
    out.println("explorer: " + explorer.url() + "; Ctrl-C stops it");
    out.flush();
    stopped.await();
    return 0;
  }
}
