package org.sidereus.simulators.model;

import org.sidereus.engine.bundle.Derived;
import org.sidereus.networks.Formula;

/**
 * A quantity that follows from a model's inputs.
 *
 * @param quantity its name and unit
 * @param formula how it follows from parameters and covariates
 */
public record DerivedQuantity(Derived quantity, Formula formula) {}
