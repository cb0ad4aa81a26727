/** The training of a vector of weights: batches, optimiser, schedules, checkpoints. */
package org.sidereus.trainer.training;
