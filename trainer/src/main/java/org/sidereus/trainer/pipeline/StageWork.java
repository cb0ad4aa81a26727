package org.sidereus.trainer.pipeline;

import java.util.Map;

/** The work of a stage. */
interface StageWork {
  /**
   * Does it; files are left in the work folder.
   *
   * @return what was measured, values that JSON can hold
   */
  Map<String, Object> run();
}
