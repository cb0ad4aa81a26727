package org.sidereus.trainer.recipe;

/**
 * The bundle that is written.
 *
 * @param version its version
 * @param samples posterior samples that it draws for each object unless asked otherwise; even
 */
public record ExportSettings(String version, int samples) {
  public ExportSettings {
    if (samples < 2 || samples % 2 != 0) {
      throw new IllegalArgumentException("samples must be even and at least 2 but is " + samples);
    }
  }
}
