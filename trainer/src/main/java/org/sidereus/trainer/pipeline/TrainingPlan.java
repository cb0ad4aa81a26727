package org.sidereus.trainer.pipeline;

/**
 * Everything that determines a trained bundle, besides the simulator.
 *
 * @param name name of the bundle
 * @param seed seed of all random numbers
 * @param tensorThreads threads of the tensor library; part of the plan because sums depend on it
 * @param flowTensorThreads the same for the flow
 * @param simulation the training sets
 * @param emulator the emulator
 * @param flow the flow
 */
public record TrainingPlan(
    String name,
    long seed,
    int tensorThreads,
    int flowTensorThreads,
    SimulationSettings simulation,
    EmulatorSettings emulator,
    FlowSettings flow) {}
