package org.sidereus.exporter.bundle;

import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.sidereus.engine.bundle.Manifest;
import org.sidereus.exporter.check.Acceptance;
import org.sidereus.networks.EmulatorNetwork;

/** A posterior of another program that becomes a bundle. */
public sealed interface ForeignPosterior permits BundleImporter, FlowImporter {

  /** What was adapted in it, a sentence each. */
  List<String> adapted();

  /**
   * Writes a bundle.
   *
   * @param draft the manifest; its files and what it says of likelihood and shared errors are
   *     replaced
   * @param emulator of the likelihood; null: the bundle has no likelihood and no emulator
   * @param out folder of the bundle, which must not exist
   * @throws org.sidereus.engine.SidereusException where the bundle does not load, is not accepted
   *     or cannot be written
   */
  void write(Manifest draft, @Nullable EmulatorNetwork emulator, Acceptance acceptance, Path out);
}
