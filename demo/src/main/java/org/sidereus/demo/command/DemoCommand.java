package org.sidereus.demo.command;

import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintWriter;
import java.io.Reader;
import java.net.URL;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;
import org.sidereus.catalogs.catalog.CatalogSource;
import org.sidereus.cli.Terminal;
import org.sidereus.demo.Demo;
import org.sidereus.demo.DemoTable;
import org.sidereus.demo.GroupTruthTable;
import org.sidereus.demo.GroupView;
import org.sidereus.demo.embedded.EmbeddedSidereus;
import org.sidereus.engine.SidereusException;
import org.sidereus.engine.bundle.BundleLocator;
import org.sidereus.engine.bundle.Manifest;
import org.sidereus.explorer.Explorer;
import org.sidereus.streams.catalog.ObservationCatalog;
import org.sidereus.streams.command.CatalogOptions;
import org.sidereus.streams.service.OpenBundles;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code sidereus demo}: the whole stream in one process. */
@Command(
    description = {
      "Shows the posteriors of the groups, which become narrower with each object. The survey is"
          + " read as by 'sidereus publish'.",
      ""
    },
    mixinStandardHelpOptions = true)
public final class DemoCommand implements Callable<Integer> {
  private static final double LIVE_RATE = 150;
  private static final int LIVE_HTTP_PORT = 8080;

  @Option(
      names = "--headless",
      description = {
        "Replay at full speed, write one JSON object per group to the standard output and end."
      })
  private boolean headless;

  @Option(
      names = "--in",
      paramLabel = "FILE",
      description = "The survey (default: the one that is shipped).")
  private @Nullable Path in;

  @Option(
      names = "--truth",
      paramLabel = "CSV",
      description = "True values, if known: the column group and one column per parameter.")
  private @Nullable Path truth;

  @Option(
      names = "--bundle",
      paramLabel = "NAME|DIR",
      defaultValue = "gce-tng",
      description = "The bundle that infers (default: ${DEFAULT-VALUE}).")
  private String bundle;

  @Option(
      names = "--rate",
      paramLabel = "N",
      description = "Observations per second; 0: full speed (default: 150, with --headless 0).")
  private @Nullable Double rate;

  @Option(
      names = "--http-port",
      paramLabel = "N",
      description = "Port of the HTTP endpoints; 0: any (default: 8080, with --headless any).")
  private @Nullable Integer httpPort;

  @Option(
      names = "--explorer-port",
      paramLabel = "N",
      defaultValue = "8090",
      description = "Port of the explorer's pages; 0: any (default: ${DEFAULT-VALUE}).")
  private int explorerPort;

  @Mixin private CatalogOptions catalogOptions = new CatalogOptions();
  @Spec private CommandSpec spec;

  @Override
  public Integer call() throws InterruptedException {
    double perSecond = rate == null ? (headless ? 0 : LIVE_RATE) : rate;
    if (!(perSecond >= 0) || Double.isInfinite(perSecond)) {
      throw new ParameterException(
          spec.commandLine(), "--rate must be a number that is not negative but is " + perSecond);
    }
    Manifest manifest =
        Manifest.read(BundleLocator.ofInstallation().locate(bundle).resolve(Manifest.FILE));
    ObservationCatalog catalog =
        in == null
            ? catalogOptions.catalog(
                CatalogSource.of(resource("survey.csv"), "survey"), List.of(manifest))
            : catalogOptions.catalog(in, List.of(manifest));
    ObservationCatalog.Outline outline = catalogOptions.outline(catalog);
    GroupTruthTable truths = truths();
    GroupView view = new GroupView(truths);
    int port = httpPort == null ? (headless ? 0 : LIVE_HTTP_PORT) : httpPort;
    try (EmbeddedSidereus sidereus =
        EmbeddedSidereus.start("demo", keys(port), OpenBundles::open)) {
      Demo demo = new Demo(sidereus, catalog, perSecond, view);
      if (headless) {
        demo.run(outline, published -> {});
        // not on the standard output, where each line is a group
        outline.reasons().forEach(spec.commandLine().getErr()::println);
        spec.commandLine().getErr().println(demo.account());
      } else {
        runLive(demo, sidereus, outline, view, truths);
      }
    }
    if (headless) {
      PrintWriter out = spec.commandLine().getOut();
      view.latest().values().forEach(one -> out.println(view.json(one)));
      out.flush();
    }
    return 0;
  }

  private Map<String, String> keys(int port) {
    Map<String, String> keys = new HashMap<>(commonKeys(port));
    if (!headless) {
      // the explorer draws them
      keys.put("topic.samples", "sidereus.samples");
    }
    return keys;
  }

  private Map<String, String> commonKeys(int port) {
    return Map.of(
        "bundles", bundle,
        "topics.partitions", "2",
        "state.store", "memory",
        "groups.interval", "200ms",
        "http.port", Integer.toString(port));
  }

  private void runLive(
      Demo demo,
      EmbeddedSidereus sidereus,
      ObservationCatalog.Outline outline,
      GroupView view,
      GroupTruthTable truths)
      throws InterruptedException {
    PrintWriter out = spec.commandLine().getOut();
    Explorer explorer =
        Explorer.start(
            sidereus.config(),
            new Explorer.Place(
                sidereus.config().stateDir().resolve("explorer"),
                sidereus.config().http().host(),
                explorerPort),
            truths.byGroup());
    out.println("explorer " + explorer.url());
    out.printf(
        "broker %s, registry %s%n",
        sidereus.config().bootstrapServers(),
        sidereus.config().registry().get("schema.registry.url"));
    out.printf(
        "HTTP endpoints: %1$s/groups %1$s/metrics %1$s/topology %1$s/ready%n",
        sidereus.service().url());
    outline.reasons().forEach(out::println);
    out.flush();
    DemoTable table = new DemoTable(out, Terminal.isInteractive());
    CountDownLatch interrupted = new CountDownLatch(1);
    Thread closer =
        new Thread(
            () -> {
              interrupted.countDown();
              explorer.close();
              sidereus.close();
            },
            "shutdown");
    Runtime.getRuntime().addShutdownHook(closer);
    demo.run(
        outline,
        published ->
            table.draw(
                view, "%d of %d observations replayed".formatted(published, outline.rows())));
    out.println("The replay has ended; the HTTP endpoints stay open until Ctrl-C.");
    out.flush();
    interrupted.await();
  }

  private GroupTruthTable truths() {
    if (truth == null && in != null) {
      return GroupTruthTable.unknown();
    }
    String name = truth == null ? "truth.csv" : truth.toString();
    try (Reader reader =
        truth == null
            ? new InputStreamReader(resource(name).openStream(), StandardCharsets.UTF_8)
            : Files.newBufferedReader(truth)) {
      return GroupTruthTable.read(reader, name);
    } catch (IOException e) {
      throw new SidereusException(
          "%s cannot be read: %s; name a CSV file".formatted(name, SidereusException.reason(e)), e);
    }
  }

  private static URL resource(String name) {
    URL resource = Demo.class.getResource(name);
    if (resource == null) {
      throw new SidereusException(
          "this build ships no %s; name a survey by --in CSV".formatted(name));
    }
    return resource;
  }
}
