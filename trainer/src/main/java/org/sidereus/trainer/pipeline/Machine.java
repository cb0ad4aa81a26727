package org.sidereus.trainer.pipeline;

import org.sidereus.engine.ProgressReporter;
import org.sidereus.trainer.network.DeviceChoice;

/**
 * Where the work is done; none of it changes the training sets.
 *
 * @param simulatorThreads threads that run the simulator
 * @param device where to train
 * @param reporter shows the progress of the stages
 */
public record Machine(int simulatorThreads, DeviceChoice device, ProgressReporter reporter) {}
