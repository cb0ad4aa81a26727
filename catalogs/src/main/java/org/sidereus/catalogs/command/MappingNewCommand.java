package org.sidereus.catalogs.command;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.sidereus.catalogs.check.MappingProposal;
import org.sidereus.catalogs.table.Table;
import org.sidereus.catalogs.table.TableFiles;
import org.sidereus.catalogs.table.TableSource;
import org.sidereus.engine.SidereusException;
import org.sidereus.engine.bundle.BundleLocator;
import org.sidereus.engine.bundle.Manifest;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code sidereus mapping new}: a proposal of a mapping for a table. */
@Command(
    description = {
      "The proposal is made from the names, units and UCDs of the columns and from the first rows."
          + " Read its notes, and check it with 'sidereus mapping check'.",
      ""
    },
    mixinStandardHelpOptions = true)
final class MappingNewCommand implements Callable<Integer> {
  @Option(names = "--in", required = true, paramLabel = "TABLE", description = "The table.")
  private Path in;

  @Option(
      names = "--bundle",
      paramLabel = "NAME|DIR",
      defaultValue = "gce-tng",
      description = "The bundle that will infer (default: ${DEFAULT-VALUE}).")
  private String bundle;

  @Option(
      names = "--out",
      paramLabel = "JSON",
      description = "The new mapping file (default: the standard output).")
  private @Nullable Path out;

  @Spec private CommandSpec spec;

  @Override
  public Integer call() {
    Manifest manifest =
        Manifest.read(BundleLocator.ofInstallation().locate(bundle).resolve(Manifest.FILE));
    String json;
    try (Table table = TableFiles.open(in, TableSource.UNKNOWN)) {
      json = new MappingProposal(table, manifest).json();
    }
    PrintWriter console = spec.commandLine().getOut();
    if (out == null) {
      console.print(json);
    } else {
      write(out, json);
      console.printf(
          "%s is written; check it: sidereus mapping check %s --in %s --bundle %s%n",
          out, out, in, bundle);
    }
    console.flush();
    return 0;
  }

  private static void write(Path file, String json) {
    try {
      Files.writeString(file, json, StandardOpenOption.CREATE_NEW);
    } catch (IOException e) {
      throw new SidereusException(
          "%s cannot be written: %s; name a new file in a folder that exists"
              .formatted(file, SidereusException.reason(e)),
          e);
    }
  }
}
