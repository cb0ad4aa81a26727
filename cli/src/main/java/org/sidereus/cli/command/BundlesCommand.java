package org.sidereus.cli.command;

import java.io.PrintWriter;
import java.util.List;
import java.util.concurrent.Callable;
import org.sidereus.engine.SidereusException;
import org.sidereus.engine.bundle.BundleLocator;
import org.sidereus.engine.bundle.Manifest;
import org.sidereus.engine.bundle.Parameter;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code sidereus bundles}: the bundles of this installation. */
@Command(
    description = {"Name, version, shared parameters and description of each bundle.", ""},
    mixinStandardHelpOptions = true)
final class BundlesCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;

  @Override
  public Integer call() {
    PrintWriter out = spec.commandLine().getOut();
    BundleLocator locator = BundleLocator.ofInstallation();
    for (String name : locator.names()) {
      try {
        Manifest manifest = Manifest.read(locator.locate(name).resolve(Manifest.FILE));
        List<String> shared = manifest.sharedParameters().stream().map(Parameter::name).toList();
        out.printf(
            "%-18s version %s; %s; %s%n",
            name,
            manifest.version(),
            shared.isEmpty() ? "no shared parameters" : "shares " + String.join(", ", shared),
            manifest.description());
      } catch (SidereusException e) {
        out.printf("%-18s cannot be read: %s%n", name, e.getMessage());
      }
    }
    out.flush();
    return 0;
  }
}
