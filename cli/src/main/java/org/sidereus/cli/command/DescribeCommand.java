package org.sidereus.cli.command;

import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.sidereus.engine.bundle.BundleLocator;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code sidereus describe}: what a bundle is. */
@Command(
    description = {
      "Parameters with their priors, observables with the errors and ranges of the training, what"
          + " may be missing, derived quantities, calibration, and where the bundle comes from.",
      ""
    },
    mixinStandardHelpOptions = true)
final class DescribeCommand implements Callable<Integer> {
  @Parameters(paramLabel = "NAME|DIR", description = "The bundle.")
  private String bundle;

  @Option(
      names = "--json",
      description = "One JSON object instead of lines: the folder, the digest and the manifest.")
  private boolean json;

  @Spec private CommandSpec spec;

  @Override
  public Integer call() {
    Path folder = BundleLocator.ofInstallation().locate(bundle);
    PrintWriter out = spec.commandLine().getOut();
    BundleDescription description = new BundleDescription(folder);
    if (json) {
      out.println(description.json());
    } else {
      description.lines().forEach(out::println);
    }
    out.flush();
    return 0;
  }
}
