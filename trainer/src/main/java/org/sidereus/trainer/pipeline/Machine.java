package org.sidereus.trainer.pipeline;

import org.sidereus.trainer.network.DeviceChoice;

/**
 * Where the work is done; none of it changes the training sets.
 *
 * @param simulatorThreads threads that run the simulator
 * @param device where to train
 */
public record Machine(int simulatorThreads, DeviceChoice device) {}
