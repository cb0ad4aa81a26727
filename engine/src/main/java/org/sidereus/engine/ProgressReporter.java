package org.sidereus.engine;

/** Shows the progress of long work. Libraries report to it; the command line draws it. */
@FunctionalInterface
public interface ProgressReporter {

  /** Shows nothing. */
  ProgressReporter NONE =
      (label, total) ->
          new Progress() {
            @Override
            public void advance(long steps) {
              // progress is not shown
            }

            @Override
            public void close() {
              // nothing to close
            }
          };

  /**
   * Starts to show a work.
   *
   * @param label what is done
   * @param total number of steps, at least 1
   */
  Progress start(String label, long total);
}
