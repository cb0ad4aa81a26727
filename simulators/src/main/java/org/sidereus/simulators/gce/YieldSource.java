package org.sidereus.simulators.gce;

import java.util.List;
import java.util.Locale;

/** The yield sets that can be read. */
public enum YieldSource {
  /** The yields of the IllustrisTNG simulations (Pillepich et al. 2018, table 2). */
  TNG {
    @Override
    YieldSet read(YieldDirectory directory, MassGrid grid) {
      return new TngYields(directory, grid).read();
    }

    @Override
    public List<String> folders() {
      return List.of("TNG");
    }
  },

  /**
   * Nomoto et al. (2013) for supernovae II, Thielemann et al. (2003) for supernovae Ia, Karakas and
   * Lugaro (2016) with Fishlock et al. (2014) for AGB stars.
   */
  ALTERNATIVE {
    @Override
    YieldSet read(YieldDirectory directory, MassGrid grid) {
      return new AlternativeYields(directory, grid).read();
    }

    @Override
    public List<String> folders() {
      return List.of("Karakas2016", "Nomoto2013", "Thielemann2003");
    }
  };

  abstract YieldSet read(YieldDirectory directory, MassGrid grid);

  /** The folders that hold its tables, and nothing else. */
  public abstract List<String> folders();

  /** Name for files and command lines. */
  public String id() {
    return name().toLowerCase(Locale.ROOT);
  }
}
