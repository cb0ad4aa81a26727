package org.sidereus.streams.command;

import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.sidereus.catalogs.report.CatalogReport;
import org.sidereus.catalogs.report.ReportFolder;
import org.sidereus.engine.bundle.BundleIdentity;
import org.sidereus.engine.bundle.BundleLocator;
import org.sidereus.engine.bundle.Manifest;
import org.sidereus.streams.config.ServiceConfig;
import org.sidereus.streams.results.StreamReport;
import org.sidereus.streams.service.RegistryPreparation;
import org.sidereus.streams.service.TopicPreparation;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code sidereus report}: the page of {@code infer --report}, of a stream. */
@Command(
    description = {
      "Reads what the topics have of one bundle now, committed records only: the latest posterior"
          + " of each object, the posteriors of groups for all time, the rejections and, where"
          + " topic.samples has them, samples. The page is that of infer --report.",
      ""
    },
    mixinStandardHelpOptions = true)
final class ReportCommand implements Callable<Integer> {
  @Mixin private ConfigOptions options = new ConfigOptions();

  @Option(
      names = "--out",
      paramLabel = "DIR",
      required = true,
      description = "Folder of the report: report.html, and its figures as SVG files.")
  private Path out;

  @Option(
      names = "--bundle",
      paramLabel = "NAME",
      description = "Bundle, where the configuration has several.")
  private @Nullable String bundle;

  @Option(
      names = "--plot",
      paramLabel = "ID",
      description =
          "Object with a corner plot; may be given several times (default: the first three and"
              + " flagged ones).")
  private List<String> plots = new ArrayList<>();

  @Spec private CommandSpec spec;

  @Override
  public Integer call() {
    ServiceConfig config = options.load();
    Path directory = directory(config);
    if (plots.size() > CatalogReport.MOST_PLOTS) {
      throw new ParameterException(
          spec.commandLine(),
          "--plot can be given %d times, not %d".formatted(CatalogReport.MOST_PLOTS, plots.size()));
    }
    if (!plots.isEmpty() && config.samplesTopic().isEmpty()) {
      throw new ParameterException(
          spec.commandLine(),
          "--plot needs samples, and topic.samples is empty: set it as the service has it");
    }
    TopicPreparation topics = new TopicPreparation(config);
    topics.require(config.topics().objectPosteriors());
    topics.require(config.topics().groupPosteriors());
    topics.require(config.topics().rejections());
    config.samplesTopic().ifPresent(topics::require);
    ReportFolder folder = new ReportFolder(out);
    Manifest manifest = Manifest.read(directory.resolve(Manifest.FILE));
    int objects =
        new StreamReport(config, RegistryPreparation.serdes(config), manifest, plots)
            .write(folder, BundleIdentity.of(directory, manifest));
    PrintWriter terminal = spec.commandLine().getOut();
    terminal.println("%d objects in %s".formatted(objects, out.resolve(ReportFolder.PAGE)));
    terminal.flush();
    return 0;
  }

  /** The folder of the bundle that is meant. */
  private Path directory(ServiceConfig config) {
    List<String> bundles = config.bundles();
    if (bundle == null && bundles.size() > 1) {
      throw new ParameterException(
          spec.commandLine(),
          "the configuration has the bundles %s; choose one by --bundle"
              .formatted(String.join(", ", bundles)));
    }
    return BundleLocator.ofInstallation().locate(bundle == null ? bundles.get(0) : bundle);
  }
}
