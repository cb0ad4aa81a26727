package org.sidereus.trainer;

import org.sidereus.exporter.network.Formula;
import org.sidereus.model.bundle.Derived;

/**
 * A quantity that follows from a model's inputs.
 *
 * @param quantity its name and unit
 * @param formula how it follows from parameters and covariates
 */
public record DerivedQuantity(Derived quantity, Formula formula) {}
