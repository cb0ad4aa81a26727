package org.sidereus.cli.command;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import org.sidereus.engine.SidereusException;
import org.sidereus.engine.bundle.BundleIdentity;
import org.sidereus.engine.bundle.BundleLocator;
import org.sidereus.engine.bundle.Manifest;
import org.sidereus.engine.bundle.Parameter;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code sidereus bundles}: the bundles of this installation. */
@Command(
    description = {"Name, version, shared parameters and description of each bundle.", ""},
    mixinStandardHelpOptions = true)
final class BundlesCommand implements Callable<Integer> {
  @Option(names = "--json", description = "One JSON array instead of lines.")
  private boolean json;

  @Spec private CommandSpec spec;

  @Override
  public Integer call() {
    PrintWriter out = spec.commandLine().getOut();
    BundleLocator locator = BundleLocator.ofInstallation();
    if (json) {
      out.println(json(locator));
    } else {
      print(locator, out);
    }
    out.flush();
    return 0;
  }

  private static void print(BundleLocator locator, PrintWriter out) {
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
  }

  /** A bundle that cannot be read has its name, its folder and the error. */
  private static ArrayNode json(BundleLocator locator) {
    ArrayNode all = JsonNodeFactory.instance.arrayNode();
    for (String name : locator.names()) {
      Path folder = locator.locate(name);
      ObjectNode node = all.addObject().put("name", name).put("folder", folder.toString());
      try {
        Manifest manifest = Manifest.read(folder.resolve(Manifest.FILE));
        node.put("version", manifest.version());
        node.put("sha256", BundleIdentity.of(folder, manifest).sha256());
        node.put("description", manifest.description());
        ArrayNode shared = node.putArray("shared_parameters");
        manifest.sharedParameters().forEach(one -> shared.add(one.name()));
      } catch (SidereusException e) {
        node.put("error", e.getMessage());
      }
    }
    return all;
  }
}
