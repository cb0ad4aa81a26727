/** Fixtures for simulators, training and validation: a linear model and its exact posterior. */
package org.sidereus.testing.models;
