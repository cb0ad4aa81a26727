package org.sidereus.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sidereus.engine.SidereusException;

class AcceptedThroughputTest {
  @TempDir Path folder;

  @Test
  void shouldSeeALossOfMoreThanATenth() {
    AcceptedThroughput accepted = new AcceptedThroughput(folder.resolve("accepted.json"));
    accepted.accept("engine one", 50);
    accepted.accept("engine two", 7);
    assertThat(accepted.check("engine one", 45.1)).contains("-9.8 %");
    assertThat(accepted.check("engine one", 70)).contains("+40.0 %");
    assertThatThrownBy(() -> accepted.check("engine one", 44.9))
        .isInstanceOf(SidereusException.class)
        .hasMessageContaining("-10.2 %")
        .hasMessageContaining("--accept");
    assertThatThrownBy(() -> accepted.check("engine one", Double.NaN))
        .isInstanceOf(SidereusException.class);
  }

  @Test
  void shouldSayThatNothingWasAccepted() {
    AcceptedThroughput accepted = new AcceptedThroughput(folder.resolve("accepted.json"));
    accepted.accept("engine one", 50);
    assertThatThrownBy(() -> accepted.check("engine two", 44))
        .isInstanceOf(SidereusException.class)
        .hasMessageContaining("engine two");
  }
}
