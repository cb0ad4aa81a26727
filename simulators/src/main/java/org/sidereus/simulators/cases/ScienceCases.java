package org.sidereus.simulators.cases;

import java.util.List;
import java.util.ServiceLoader;
import org.sidereus.engine.SidereusException;

/** The science cases on the class path. */
public final class ScienceCases {
  private ScienceCases() {}

  /** All of them; each call makes new objects, since their fields hold the options of a command. */
  public static List<ScienceCase> all() {
    return ServiceLoader.load(ScienceCase.class).stream().map(ServiceLoader.Provider::get).toList();
  }

  /**
   * A case by its name.
   *
   * @throws SidereusException if there is none
   */
  public static ScienceCase named(String name) {
    List<ScienceCase> all = all();
    return all.stream()
        .filter(one -> one.name().equals(name))
        .findFirst()
        .orElseThrow(
            () ->
                new SidereusException(
                    "there is no science case "
                        + name
                        + "; there are "
                        + String.join(", ", all.stream().map(ScienceCase::name).toList())));
  }
}
