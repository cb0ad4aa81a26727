package org.sidereus.exporter.command;

import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.sidereus.engine.bundle.BundleLocator;
import org.sidereus.exporter.check.BundleCheck;
import org.sidereus.exporter.check.CheckReport;
import org.sidereus.exporter.check.Finding;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Whether a bundle does what its manifest says. */
@Command(
    description = {
      "Files and signatures, parity with the framework that trained the posterior, determinism,"
          + " independence of batch and number of samples, support, density, likelihood, emulator,"
          + " and objects whose parameters are known. Each fault has a name; the exit status is 1"
          + " where there is one.",
      ""
    },
    mixinStandardHelpOptions = true,
    sortOptions = false,
    footer = {"", "Example: sidereus check my-bundle --simulations held-out.csv"})
final class CheckCommand implements Callable<Integer> {
  @Parameters(paramLabel = "NAME|DIR", description = "The bundle.")
  private String bundle;

  @Option(
      names = "--simulations",
      paramLabel = "FILE",
      description =
          "Table (CSV, FITS, Parquet, npy, ...) of simulations that did not train the bundle, drawn"
              + " from its prior: columns by the names of parameters, covariates and observables."
              + " Observables have no noise unless there are columns NAME_error.")
  private @Nullable Path simulations;

  @Spec private CommandSpec spec;

  @Override
  public Integer call() {
    Path folder = BundleLocator.ofInstallation().locate(bundle);
    PrintWriter out = spec.commandLine().getOut();
    CheckReport report =
        new BundleCheck(folder, simulations)
            .run(
                line -> {
                  out.println(line);
                  out.flush();
                });
    out.println(
        report.faults().isEmpty()
            ? "no fault found in " + folder + withoutTruths(report)
            : "faults of "
                + folder
                + ": "
                + report.faults().stream().map(Enum::name).collect(Collectors.joining(", ")));
    out.flush();
    return report.faults().isEmpty() ? 0 : 1;
  }

  /** Simulations of the user that are too few to compare are said at the end, too. */
  private String withoutTruths(CheckReport report) {
    return simulations == null
        ? ""
        : report.findings().stream()
            .filter(one -> one.status() == Finding.Status.SKIPPED)
            .filter(one -> one.check().equals(BundleCheck.TRUE_PARAMETERS))
            .map(
                one ->
                    ", but the true parameters of "
                        + simulations
                        + " were not compared: "
                        + one.detail())
            .findFirst()
            .orElse("");
  }
}
