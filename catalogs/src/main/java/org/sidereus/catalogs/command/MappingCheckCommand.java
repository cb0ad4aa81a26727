package org.sidereus.catalogs.command;

import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.sidereus.catalogs.catalog.CatalogSource;
import org.sidereus.catalogs.check.MappingCheck;
import org.sidereus.catalogs.mapping.Mapping;
import org.sidereus.engine.bundle.BundleLocator;
import org.sidereus.engine.bundle.Manifest;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code sidereus mapping check}: what a mapping makes of a table. */
@Command(
    description = {
      "For each measurement: how many values there are, how many are missing and why, and the"
          + " ranges of values and errors beside those that the bundle was trained for. Warns of a"
          + " probable wrong unit and of sentinels that nobody declared. Infers nothing.",
      ""
    },
    mixinStandardHelpOptions = true)
final class MappingCheckCommand implements Callable<Integer> {
  @Parameters(paramLabel = "MAPPING", description = "The mapping file.")
  private Path mapping;

  @Option(names = "--in", required = true, paramLabel = "TABLE", description = "The table.")
  private Path in;

  @Option(
      names = "--bundle",
      paramLabel = "NAME|DIR",
      defaultValue = "gce-tng",
      description = "The bundle that will infer (default: ${DEFAULT-VALUE}).")
  private String bundle;

  @Option(names = "--json", description = "One JSON object instead of lines.")
  private boolean json;

  @Spec private CommandSpec spec;

  @Override
  public Integer call() {
    Manifest manifest =
        Manifest.read(BundleLocator.ofInstallation().locate(bundle).resolve(Manifest.FILE));
    PrintWriter out = spec.commandLine().getOut();
    MappingCheck check = new MappingCheck(CatalogSource.of(in, Mapping.read(mapping)), manifest);
    if (json) {
      out.println(check.json());
    } else {
      check.run().forEach(out::println);
    }
    out.flush();
    return 0;
  }
}
