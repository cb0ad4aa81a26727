package org.sidereus.exporter.check;

import java.nio.file.Path;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.sidereus.engine.SidereusException;

/** Whether a bundle that was just made is taken: {@code check} finds no fault, or all is taken. */
public final class Acceptance {
  private final boolean checks;
  private final @Nullable Truths simulations;
  private final boolean force;
  private final Consumer<String> print;

  private Acceptance(
      boolean checks, @Nullable Truths simulations, boolean force, Consumer<String> print) {
    this.checks = checks;
    this.simulations = simulations;
    this.force = force;
    this.print = print;
  }

  /** Takes every bundle that loads, without a check. */
  public static Acceptance ofAll() {
    return new Acceptance(false, null, true, line -> {});
  }

  /**
   * Takes bundles without a fault.
   *
   * @param simulations objects that did not train the bundle; null: none
   * @param force take bundles with faults, too
   * @param print gets a line for each finding as soon as it is known
   */
  public static Acceptance checked(
      @Nullable Truths simulations, boolean force, Consumer<String> print) {
    return new Acceptance(true, simulations, force, print);
  }

  /**
   * Checks a bundle.
   *
   * @return faults that were found and accepted, a sentence each
   * @throws SidereusException where there is a fault that is not accepted
   */
  public List<String> acceptedFaults(Path folder) {
    if (!checks) {
      return List.of();
    }
    CheckReport report = new BundleCheck(folder, simulations).run(print);
    if (!report.faults().isEmpty() && !force) {
      throw new SidereusException(
          "nothing was written, because check found %s (see above); correct it, or write the bundle as it is with --force"
              .formatted(
                  report.faults().stream().map(Enum::name).collect(Collectors.joining(", "))));
    }
    return report.findings().stream()
        .filter(finding -> finding.status() == Finding.Status.FAILED)
        .map(finding -> finding.kind() + ": " + finding.detail())
        .toList();
  }
}
