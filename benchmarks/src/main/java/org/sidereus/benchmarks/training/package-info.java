/** {@code sidereus bench training}: the time of a training step. */
package org.sidereus.benchmarks.training;
