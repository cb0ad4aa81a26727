/** The command {@code sidereus train}. */
package org.sidereus.trainer.command;
