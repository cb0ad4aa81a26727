package org.sidereus.trainer.pipeline;

import java.nio.file.Path;

/**
 * The bundle that a training makes.
 *
 * @param folder where it is written
 * @param version its version
 * @param description one sentence for people
 * @param samples posterior samples drawn for each object unless asked otherwise
 * @param command the command line that made it, for provenance
 * @param codeVersion version of the code that made it, for provenance
 */
public record BundleTarget(
    Path folder,
    String version,
    String description,
    int samples,
    String command,
    String codeVersion) {}
