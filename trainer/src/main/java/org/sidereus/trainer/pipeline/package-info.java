/** The stages from a simulator to a bundle: simulate, emulator, flow, export, validate. */
package org.sidereus.trainer.pipeline;
