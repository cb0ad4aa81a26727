package org.sidereus.exporter.check;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;

/** What the check of a bundle, without simulations of a user, must find. */
final class Reports {
  private Reports() {}

  /** The report of a bundle. */
  static CheckReport report(Path bundle) {
    return new BundleCheck(bundle, (Path) null).run();
  }

  /** Asserts that all faults of a bundle are some, in their order. */
  static void assertFaults(Path bundle, Fault... faults) {
    CheckReport report = report(bundle);
    assertThat(report.faults()).as(report.findings().toString()).containsExactly(faults);
  }

  /** Asserts that the first fault of a bundle is of a kind, and what is said of it. */
  static void assertFirst(Path bundle, Fault kind, String... words) {
    CheckReport report = report(bundle);
    assertThat(report.faults()).as(report.findings().toString()).startsWith(kind);
    assertThat(report.findings())
        .filteredOn(one -> one.kind() == kind)
        .first()
        .satisfies(one -> assertThat(one.detail()).contains(words));
  }
}
