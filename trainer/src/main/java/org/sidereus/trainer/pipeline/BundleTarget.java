package org.sidereus.trainer.pipeline;

import java.nio.file.Path;

/**
 * The bundle that a training makes, besides its recipe.
 *
 * @param folder where it is written
 * @param description one sentence for readers
 * @param command the command line that made it, for provenance
 * @param codeVersion version of the code that made it, for provenance
 */
public record BundleTarget(Path folder, String description, String command, String codeVersion) {}
