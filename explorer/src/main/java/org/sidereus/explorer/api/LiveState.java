package org.sidereus.explorer.api;

import java.util.function.BooleanSupplier;
import org.sidereus.explorer.follow.Notices;
import org.sidereus.explorer.follow.Rates;
import org.sidereus.explorer.follow.StreamProgress;

/**
 * What changes with each second.
 *
 * @param rates of posteriors and rejections
 * @param progress of the service
 * @param follows whether the explorer reads the topics
 * @param notices of what keeps the pages from being up to date
 */
public record LiveState(
    Rates rates, StreamProgress progress, BooleanSupplier follows, Notices notices) {}
