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
    List<String> names = locator.names();
    if (names.isEmpty()) {
      out.println(
          "There are no bundles. ./sidereus train and ./sidereus import make one; other commands"
              + " take the folder of a bundle for its name.");
    }
    int width = names.stream().mapToInt(String::length).max().orElse(0);
    for (String name : names) {
      String column = name + " ".repeat(width - name.length());
      try {
        Manifest manifest = Manifest.read(locator.locate(name).resolve(Manifest.FILE));
        List<String> shared = manifest.sharedParameters().stream().map(Parameter::name).toList();
        out.printf(
            "%s  version %s; %s; %s%n",
            column,
            manifest.version(),
            shared.isEmpty() ? "no shared parameters" : "shares " + String.join(", ", shared),
            manifest.description());
      } catch (SidereusException e) {
        out.printf("%s  cannot be read: %s%n", column, e.getMessage());
      }
    }
    out.flush();
    return 0;
  }
}
