package org.sidereus.validation;

/**
 * What a validation looked at.
 *
 * @param bundle name of the bundle
 * @param version its version
 * @param truth where the mock objects came from
 * @param observations what was measured of them
 * @param objects number of objects
 * @param samples posterior samples of each
 * @param seed seed of all draws
 */
public record ValidationSubject(
    String bundle,
    String version,
    String truth,
    String observations,
    int objects,
    int samples,
    long seed) {}
