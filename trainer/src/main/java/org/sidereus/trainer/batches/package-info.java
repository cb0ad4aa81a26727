/** The batches of a training: runs of the simulator in a shuffled order, observed anew. */
package org.sidereus.trainer.batches;
