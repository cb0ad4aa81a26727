package org.sidereus.exporter.check;

import java.util.List;
import java.util.Objects;

/**
 * What {@code check} found.
 *
 * @param findings in the order of the checks
 */
public record CheckReport(List<Finding> findings) {
  /** Copies the list. */
  public CheckReport {
    findings = List.copyOf(findings);
  }

  /** What is wrong, in the order of the checks; empty: the bundle passed. */
  public List<Fault> faults() {
    return findings.stream().map(Finding::kind).filter(Objects::nonNull).distinct().toList();
  }
}
