package org.sidereus.engine.inference;

import java.nio.FloatBuffer;
import org.jspecify.annotations.Nullable;

/**
 * Outputs of the posterior graph for a batch of B objects; see {@link
 * org.sidereus.engine.bundle.GraphContract}. An output is null if the graph does not have it or it
 * was not requested.
 *
 * @param theta samples [B,S,D]
 * @param logProb [B,S]
 * @param sharedLogProb [B,S]
 * @param logWeight [B,S]
 * @param chiSquare [B,S]
 * @param residuals [B,S,T]
 * @param derived [B,S,K]
 */
record GraphOutputs(
    FloatBuffer theta,
    @Nullable FloatBuffer logProb,
    @Nullable FloatBuffer sharedLogProb,
    @Nullable FloatBuffer logWeight,
    @Nullable FloatBuffer chiSquare,
    @Nullable FloatBuffer residuals,
    @Nullable FloatBuffer derived) {}
